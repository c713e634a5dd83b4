/** The page behind a load balancer: its function in LocalStack's Lambda, asked by the load balancer's events, with logins signed here. */

import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { ALBResult } from 'aws-lambda';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { serveConsole } from '#cdk/config/serve-console.ts';
import type { Answer, Failure, PlannedRedrive, RedriveLine, Session } from '#console/api.ts';
import { standardIntervals } from '#domain/configuration/intervals.ts';
import { createBundled, variablesIn } from '../support/bundled.ts';
import { writeDeadLetters } from '../support/dead-letters.ts';
import { lambdaTools } from '../support/lambda.ts';
import { pageRequests } from '../support/page-requests.ts';
import { freshDatabase } from '../support/stores.ts';

const DOMAIN = 'tillstream.shop.example';
const ORIGIN = `https://${DOMAIN}`;
const SIGNER = 'arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/page/1';
const PREFIX = `test-${randomUUID().slice(0, 8)}`;
const LETTERS = 1_500;

const stack = inject('stack');
const lambda = lambdaTools(stack.lambda);
const balancer = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const other = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const keys = createServer((request, response) => {
  if (request.url === '/key-1') response.end(balancer.publicKey.export({ type: 'spki', format: 'pem' }));
  else response.writeHead(404).end();
});
let pool: Pool;

beforeAll(async () => {
  await new Promise<void>((resolve) => keys.listen(0, '127.0.0.1', resolve));
  pool = await freshDatabase();
  await writeDeadLetters(
    pool,
    Array.from({ length: LETTERS }, () => ({})),
  );
  const as = await variablesIn(pool);
  const create = (name: string, entry: string, variables: Record<string, string>) =>
    createBundled(
      `${PREFIX}-${name}`,
      { entry, ...(name === 'serve-console' && { page: true, sql: serveConsole.sql }) },
      variables,
    );
  await create('redrive-dead-letters', 'functions/redrive-dead-letters/handler.ts', as('redrive_dead_letters'));
  await create('serve-console', 'console/team/handler.ts', {
    ...as('console'),
    ...{
      KAFKA_BOOTSTRAP_SERVERS: stack.kafka.bootstrapServers,
      LAKE_BUCKET: 'unused',
      DAG_INTERVALS: JSON.stringify(standardIntervals()),
    },
    ...{ DOMAIN, FUNCTION_PREFIX: PREFIX, TILLSTREAM_VERSION: '1.2.3', LOAD_BALANCER: SIGNER },
    LOGIN_KEYS: `http://127.0.0.1:${(keys.address() as AddressInfo).port}`,
    LOGIN: JSON.stringify({
      ...{ issuer: 'https://login.shop.example', clientId: 'tillstream' },
      claims: { name: 'email', groups: 'groups' },
      groups: { look: 'data', read: 'support', act: 'operators' },
    }),
  });
});
afterAll(async () => {
  await pool.end();
  keys.close();
});

/** What the load balancer says of somebody in these groups. */
function login(groups: readonly string[], { key = balancer.privateKey, signer = SIGNER } = {}): string {
  const exp = Math.floor(Date.now() / 1_000) + 120;
  const head = { alg: 'ES256', kid: 'key-1', signer, iss: 'https://login.shop.example', client: 'tillstream', exp };
  const claims = { sub: 'u-1', email: 'ada@shop.example', groups };
  const text = [head, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' });
  return `${text}.${signature.toString('base64url')}`;
}

const EVERYTHING = ['data', 'support', 'operators'];

interface Given {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly who?: string | null;
}

async function ask(path: string, { method = 'GET', headers = {}, body = '', who = login(EVERYTHING) }: Given = {}) {
  const [pathname = '', query = ''] = path.split('?');
  const all = { host: DOMAIN, 'accept-encoding': 'gzip', ...(who !== null && { 'x-amzn-oidc-data': who }), ...headers };
  const { error, result, log } = await lambda.invoke(`${PREFIX}-serve-console`, {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:0:targetgroup/page/1' } },
    ...{ httpMethod: method, path: pathname, body, isBase64Encoded: false },
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    multiValueQueryStringParameters: Object.fromEntries(
      query.split('&').flatMap((pair) => (pair ? [[pair.split('=')[0], [pair.split('=')[1]]]] : [])),
    ),
  });
  expect(error).toBeUndefined();
  const { statusCode, multiValueHeaders = {}, body: content = '', isBase64Encoded } = result as ALBResult;
  const bytes = Buffer.from(content, isBase64Encoded ? 'base64' : 'utf8');
  const text = (multiValueHeaders['content-encoding'] ? gunzipSync(bytes) : bytes).toString();
  return { status: statusCode, headers: multiValueHeaders, text, json: () => JSON.parse(text), log };
}

const post = (path: string, body: object, given: Given = {}) =>
  ask(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body), ...given });

it.each(pageRequests(ORIGIN).map((each) => [each.what, each] as const))(
  '%s is answered as everywhere',
  async (_, asked) => {
    const { status, headers } = await ask(asked.path, asked);
    expect(status).toBe(asked.status);
    expect(headers['content-security-policy']?.[0]).toContain("default-src 'none'");
    expect(headers['strict-transport-security']).toEqual(['max-age=31536000']);
  },
);

it.each([
  ['nobody', 401, null],
  ['somebody whose login another key signed', 401, login(EVERYTHING, { key: other.privateKey })],
  ['somebody who logged in at another load balancer', 401, login(EVERYTHING, { signer: `${SIGNER}2` })],
  ['somebody of no group', 403, login(['others'])],
])('%s gets %i of every route', async (_, status, who) => {
  for (const path of ['/api/session', '/api/dead-letters', '/api/nothing'])
    expect((await ask(path, { who })).status).toBe(status);
});

it('the page’s files come from its bundle', async () => {
  const page = await ask('/', { who: null });
  const [, script = ''] = /src="(\/main-\w+\.js)"/.exec(page.text) ?? [];
  const { headers, text } = await ask(script);
  expect(headers['cache-control']?.[0]).toContain('immutable');
  expect(text.length).toBeGreaterThan(10_000);
});

it('who may look sees figures, and not records; nothing streams', async () => {
  const who = login(['data']);
  const { data } = (await ask('/api/session', { who })).json() as Answer<Session>;
  expect(data).toMatchObject({
    by: 'ada@shop.example',
    byIsProved: true,
    may: ['look'],
    live: false,
    version: '1.2.3',
  });
  const pulse = await ask('/api/pulse', { who });
  // Of Kafka it depends on other tests whether the catalogue's topics are there.
  expect(pulse.json().data.sources).toMatchObject({ postgres: 'ok' });
  expect(pulse.json().data.letters).toEqual({ not_json: LETTERS });
  // Counted by queries that lie in the bundle.
  expect(pulse.json().data.places.warehouse.state).not.toBe('unknown');
  expect((await ask('/api/questions', { who })).json().data.rows).not.toHaveLength(0);
  expect((await ask('/api/proofs?limit=10', { who })).json().data).toMatchObject({ rows: [], next: null });
  expect((await ask('/api/dead-letters/counts', { who })).status).toBe(200);
  for (const path of ['/api/dead-letters', '/api/live', '/api/redrive/plan'])
    expect((await ask(path, { who })).status).toBe(404);
});

it('a plan goes back batch by batch, under the name of the login whatever the page says', async () => {
  const reading = login(['support']);
  expect((await post('/api/redrive/plan', { filter: {} }, { who: reading })).status).toBe(404);
  const rows = (await ask('/api/dead-letters?limit=500', { who: reading })).json().data.rows;
  expect(rows).toHaveLength(500);

  const { data: plan } = (await post('/api/redrive/plan', { filter: {} })).json() as Answer<PlannedRedrive>;
  expect(plan.count).toBe(LETTERS);
  const send = async (from: number) =>
    (await post('/api/redrive', { plan: plan.plan, from, by: 'somebody else' })).text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RedriveLine);
  expect(await send(0)).toEqual([
    expect.objectContaining({ of: LETTERS, done: 1_000, redriven: 1_000 }),
    { ended: 'batch', next: 1_000 },
  ]);
  expect(await send(1_000)).toEqual([
    expect.objectContaining({ of: LETTERS, done: LETTERS, redriven: 500 }),
    { ended: 'all' },
  ]);
  // Sent again, as by a page that lost the answer: each letter goes once.
  expect(await send(0)).toContainEqual(expect.objectContaining({ redriven: 0, already: 1_000 }));
  const { rows: names } = await pool.query('select redriven_by, count(*) as letters from ledger.redrives group by 1');
  expect(names).toEqual([{ redriven_by: 'ada@shop.example', letters: LETTERS }]);
  const followed = await ask(`/api/redrives/${plan.plan}`);
  expect(followed.json().data).toMatchObject({ sent: null, fates: { waiting: LETTERS } });
});

it('a plan that is none is refused', async () => {
  const { status, json } = await post('/api/redrive', { plan: 'no plan', by: 'ada' });
  expect(status).toBe(409);
  expect((json() as Failure).error.code).toBe('no_such_plan');
});

it('counts, for its alarm, what it could not answer by a fault of its own, and nothing else', async () => {
  await pool.query('alter table ledger.proofs rename to moved');
  try {
    const failed = await ask('/api/proofs');
    expect(failed.status).toBe(500);
    expect(failed.log).toContain('"Unanswered":1');
    const refused = await ask('/api/proofs?limit=none');
    expect(refused.status).toBe(400);
    expect(refused.log).not.toContain('Unanswered');
  } finally {
    await pool.query('alter table ledger.moved rename to proofs');
  }
});
