import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { byOidc, type Groups } from './oidc.ts';
import { Refusal } from './refusal.ts';

const SIGNER =
  'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/tillstream-prod-page/50dc6c495c0c9188';
const NOW = Date.UTC(2026, 10, 30, 12);
const KID = 'f2b3c4d5-0000-4000-8000-123456789012';
const ours = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

/** As the load balancers of a region publish their keys. */
const asked: string[] = [];
let broken = false;
const keys = createServer((request, response) => {
  asked.push(request.url ?? '');
  if (broken) response.writeHead(503).end();
  else if (request.url === `/${KID}`) response.end(ours.publicKey.export({ type: 'spki', format: 'pem' }));
  else if (request.url === '/a-key-of-rsa') {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    response.end(publicKey.export({ type: 'spki', format: 'pem' }));
  } else response.writeHead(404).end('Not found');
});
beforeAll(() => new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => keys.close(resolve)));
beforeEach(() => {
  asked.length = 0;
  broken = false;
});

const head = {
  alg: 'ES256',
  kid: KID,
  signer: SIGNER,
  iss: 'https://login.example',
  client: 'page',
  exp: NOW / 1_000 + 60,
};
const claims = { sub: 'u-1', email: 'ada@shop.example', groups: ['shop-look'] as unknown };

/** The load balancer pads base64, which no JWT does. */
const part = (content: object): string => {
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return text.padEnd(Math.ceil(text.length / 4) * 4, '=');
};

function token(header: object = {}, payload: object = {}, key: KeyObject = ours.privateKey): string {
  const text = `${part({ ...head, ...header })}.${part({ ...claims, ...payload })}`;
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}==`;
}

const GROUPS: Groups = { look: 'shop-look', read: 'shop-read', act: 'shop-act' };

const login = (groups = GROUPS) =>
  byOidc({
    keys: `http://127.0.0.1:${(keys.address() as AddressInfo).port}`,
    ...{ signer: SIGNER, issuer: 'https://login.example', clientId: 'page', groups },
    claims: { name: 'email', groups: 'groups' },
    session: { environment: 'prod', version: '1.0.0', startedAt: null, live: false, links: {} },
    now: () => NOW,
  });

/** What a request with this token gets: a session, or the refusal. */
const askWith = async (given: string | null, who = login()) =>
  Promise.resolve(who(new Headers(given === null ? {} : { 'x-amzn-oidc-data': given }))).catch((error: unknown) => {
    if (error instanceof Refusal) return { status: error.status, message: error.message };
    throw error;
  });

it('a login that our load balancer signed says who it is, for the record too', async () => {
  expect(await askWith(token())).toEqual({
    ...{ environment: 'prod', version: '1.0.0', startedAt: null, live: false, links: {} },
    ...{ by: 'ada@shop.example', byIsProved: true, may: ['look'] },
  });
  expect(await askWith(token({}, { email: undefined }))).toMatchObject({ by: 'u-1' });
});

it.each([
  [['shop-read'], ['look', 'read']],
  [['shop-act'], ['look', 'act']],
  [
    ['others', 'shop-act', 'shop-read'],
    ['look', 'read', 'act'],
  ],
  ['shop-read', ['look', 'read']],
])('groups %j may %j', async (groups, may) => {
  expect(await askWith(token({}, { groups }))).toMatchObject({ may });
});

it.each([[[]], ['shop-look shop-act'], [['shop-looks']], [undefined], [{ look: true }], [[['shop-act']]]])(
  'who is in %j is in none of the groups: 403',
  async (groups) => {
    expect(await askWith(token({}, { groups }))).toMatchObject({ status: 403 });
  },
);

it('a right without a group is nobody’s', async () => {
  const who = login({ look: 'shop-look' });
  expect(await askWith(token({}, { groups: ['shop-look', 'undefined', null] }), who)).toMatchObject({ may: ['look'] });
});

const replace = (at: number, by: string): string => token().split('.').with(at, by).join('.');
const withoutPadding = token().replaceAll('=', '');
const hmac = (() => {
  const text = `${part({ ...head, alg: 'HS256' })}.${part(claims)}`;
  const secret = ours.publicKey.export({ type: 'spki', format: 'pem' });
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
})();
const der = (() => {
  const text = token().split('.').slice(0, 2).join('.');
  return `${text}.${sign('sha256', Buffer.from(text), ours.privateKey).toString('base64url')}`;
})();

it.each([
  ['no header', null, 'no login'],
  ['an empty one', '', 'no login'],
  ['two headers', `${token()}, ${token()}`, 'no token'],
  ['a key of somebody else', token({}, {}, other.privateKey), 'signature is wrong'],
  ['other claims under our signature', replace(1, part({ ...claims, groups: ['shop-act'] })), 'signature is wrong'],
  ['no signature', replace(2, ''), 'signature is wrong'],
  ['a signature of zeros', replace(2, Buffer.alloc(64).toString('base64url')), 'signature is wrong'],
  ['a signature in DER', der, 'signature is wrong'],
  ['the parts without their padding', withoutPadding, 'signature is wrong'],
  ['algorithm none', `${part({ ...head, alg: 'none' })}.${part(claims)}.`, 'no token'],
  ['the public key as a secret', hmac, 'no token'],
  ['a fourth part', `${token()}.x`, 'no token'],
  ['no JSON', 'a.b.c', 'no token'],
  ['another load balancer', token({ signer: SIGNER.replace('123456789012', '999999999999') }), 'Another load balancer'],
  ['a load balancer whose ARN begins as ours', token({ signer: `${SIGNER}x` }), 'Another load balancer'],
  ['another client of the provider', token({ client: 'other' }), 'another page'],
  ['another provider', token({ iss: 'https://evil.example' }), 'another page'],
  ['yesterday', token({ exp: NOW / 1_000 - 86_400 }), 'expired'],
  ['no end', token({ exp: undefined }), 'no token'],
  ['an end that is no time', token({ exp: 'never' }), 'no token'],
  ['nobody', token({}, { sub: '' }), 'who it is'],
  ['a key that is not published', token({ kid: 'other' }), 'none of this region’s'],
  ['a key that is another address', token({ kid: '../evil.example' }), 'no token'],
  ['a key of another kind', token({ kid: 'a-key-of-rsa' }), 'another kind'],
])('a login of %s is refused: 401', async (_, given, message) => {
  expect(await askWith(given)).toEqual({ status: 401, message: expect.stringContaining(message) });
});

it('what can’t be ours costs no question for a key', async () => {
  for (const wrong of [{ signer: 'other' }, { client: 'other' }, { exp: 1 }, { alg: 'none' }])
    await askWith(token(wrong));
  expect(asked).toEqual([]);
});

it('a key is asked for once; one that can’t be had is no verdict, and is asked for again', async () => {
  const who = login();
  broken = true;
  expect(await askWith(token(), who)).toMatchObject({ status: 503 });
  broken = false;
  const all = await Promise.all(Array.from({ length: 10 }, () => askWith(token(), who)));
  for (const each of all) expect(each).toMatchObject({ by: 'ada@shop.example' });
  expect(asked).toEqual([`/${KID}`, `/${KID}`]);
});
