import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { ALBEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { answer, lines } from './answer.ts';
import type { App } from './app.ts';
import { answerAlb } from './lambda.ts';

const eventOf = (given: Partial<ALBEvent> = {}): ALBEvent => ({
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/page/1' } },
  ...{ httpMethod: 'GET', path: '/api/session', body: '', isBase64Encoded: false },
  ...given,
});
async function* one(line: string) {
  yield line;
}
const never = new AbortController().signal;

/** What the app was asked, and what the load balancer gets. */
async function passed(given: Partial<ALBEvent>, app: App = async () => answer('here', null)) {
  let request: Request | undefined;
  const take: App = (asked) => {
    request = asked;
    return app(asked);
  };
  const result = await answerAlb(take, eventOf(given), never);
  const { body = '', isBase64Encoded, multiValueHeaders: headers = {} } = result;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const text = (headers['content-encoding'] ? gunzipSync(bytes) : bytes).toString();
  return { request, result, headers, text };
}
const PACKS = { multiValueHeaders: { 'accept-encoding': ['br, gzip'] } };

it('a request is what the client sent', async () => {
  const { request } = await passed({
    httpMethod: 'POST',
    path: '/api/records/orders/2/a%20b',
    multiValueQueryStringParameters: { text: ['a%26b%20c'], twice: ['1', '2'] },
    multiValueHeaders: { host: ['page.example'], 'x-twice': ['a', 'b'] },
    body: Buffer.from('{"é":1}').toString('base64'),
    isBase64Encoded: true,
  });
  const { pathname, searchParams } = new URL(request?.url ?? '');
  expect(pathname).toBe('/api/records/orders/2/a%20b');
  expect([...searchParams]).toEqual([
    ['text', 'a&b c'],
    ['twice', '1'],
    ['twice', '2'],
  ]);
  expect(request?.headers.get('host')).toBe('page.example');
  expect(request?.headers.get('x-twice')).toBe('a, b');
  expect(await request?.text()).toBe('{"é":1}');
});

it.each([
  [{ path: 'evil.example' }],
  [{ httpMethod: 'TRACE' }],
  [{ multiValueHeaders: { 'a b': ['1'] } }],
  [{ multiValueHeaders: { a: ['1\r\nb: 2'] } }],
])('what the web has no request for is refused: %j', async (given) => {
  const { result, request, headers } = await passed(given);
  expect(result.statusCode).toBe(400);
  expect(headers['content-security-policy']?.[0]).toContain("default-src 'none'");
  expect(request).toBeUndefined();
});

it('an answer is packed for who takes that, and says that this name is reached by TLS alone', async () => {
  const app: App = async () => answer('"'.repeat(10_000), null);
  const plain = await passed({}, app);
  expect(plain.result).toMatchObject({ statusCode: 200, isBase64Encoded: false });
  expect(plain.headers['content-encoding']).toBeUndefined();
  expect(plain.headers['strict-transport-security']).toEqual(['max-age=31536000']);
  const packed = await passed(PACKS, app);
  expect(packed.result.isBase64Encoded).toBe(true);
  expect(JSON.stringify(packed.result).length).toBeLessThan(2_000);
  expect(JSON.parse(packed.text).data).toBe(JSON.parse(plain.text).data);
});

it('bytes that are no text come as they are, for who takes nothing packed too', async () => {
  const object = Buffer.from('PAR1\0\xff\xfe', 'latin1');
  const { result } = await passed({}, async () => new Response(object));
  expect(result.isBase64Encoded).toBe(true);
  expect(Buffer.from(result.body ?? '', 'base64')).toEqual(object);
});

it('lines come whole', async () => {
  const app: App = async () =>
    lines(
      (async function* () {
        yield { done: 1 };
        yield { ended: 'all' };
      })(),
    );
  const { text, headers } = await passed({}, app);
  expect(text).toBe('{"done":1}\n{"ended":"all"}\n');
  expect(headers['content-type']).toEqual(['application/x-ndjson']);
});

it.each([
  ['900 KB of marks, which JSON writes as two', () => answer('"'.repeat(440_000), null), {}],
  ['2 MB of lines that can’t be packed', () => lines(one(randomBytes(1_500_000).toString('base64'))), PACKS],
])('an answer that the load balancer would not take is refused in words: %s', async (_, make, given) => {
  const { result, text } = await passed(given, async () => make());
  expect(JSON.stringify(result).length).toBeLessThan(1_000_000);
  expect(result.statusCode).toBe(400);
  expect(JSON.parse(text).error).toMatchObject({ code: 'answer_too_large' });
});

it('lines without an end are given up, and what makes them ends', async () => {
  let ended = false;
  const app: App = async () =>
    lines(
      (async function* () {
        try {
          for (;;) yield 'x'.repeat(100_000);
        } finally {
          ended = true;
        }
      })(),
    );
  const { result } = await passed({}, app);
  expect(result.statusCode).toBe(400);
  await expect.poll(() => ended).toBe(true);
});
