/** An environment in AWS as the page of an engineer's machine asks it: the function `console` in LocalStack's Lambda, over real services. */

import { randomUUID } from 'node:crypto';
import { beforeAll, expect, inject, it } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { inTransaction } from '#adapters/postgres/index.ts';
import { entryOf, functions } from '#cdk/config/functions.ts';
import { functionsOf } from '#cli/invoke.ts';
import { consoleApp } from '#console/server/app.ts';
import { openLive } from '#console/server/live.ts';
import { byKey } from '#console/server/login.ts';
import { routes } from '#console/server/routes.ts';
import { recordLoss, registerPartition } from '#delivery/ledger.ts';
import { standardIntervals } from '#domain/configuration/intervals.ts';
import { topics } from '#domain/streams.ts';
import { askBy } from '#operations/asking/answer.ts';
import { operations } from '#operations/asking/table.ts';
import type { Backbone } from '#operations/backbone.ts';
import { openPulse, type PulseFeed } from '#operations/open-pulse.ts';
import { openAskedPulse } from '#operations/pulse/asked.ts';
import { archive, orderOf, uuidOf } from '../support/archived.ts';
import { createBundled, variablesIn } from '../support/bundled.ts';
import { writeDeadLetters } from '../support/dead-letters.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';

const ORIGIN = 'http://127.0.0.1:8004';
const PREFIX = `test-${randomUUID().slice(0, 8)}`;
/** No other test sends records to it. */
const TOPIC = 'supplier_restocks';
const RECORDS = 7;

const stack = inject('stack');
const invoke = functionsOf({ lambda: { ...stack.lambda, functionPrefix: PREFIX } });
const ask = askBy(invoke);

interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
}
type Page = (path: string, body?: object) => Promise<Answered>;
let here: Page;
let asked: Page;
/** The object of the lake, and a record of the topic. */
let key: string;
let record: { partition: number; offset: number };

beforeAll(async () => {
  const pool = await freshDatabase();
  const lake = await freshLake();
  const { bootstrapServers } = stack.kafka;
  const kafka = await connectKafka({ bootstrapServers, clientId: 'test-asked' });
  await kafka.createTopics(topics);
  const producer = await kafka.producer();
  const sent = await producer.send(
    TOPIC,
    Array.from({ length: RECORDS }, (_, n) => ({
      key: 'mug',
      value: JSON.stringify({ event_id: `${PREFIX}-${n}`, product_id: 'mug', quantity: n }),
    })),
  );
  await producer.close();
  const { partition = 0, firstOffset } = sent[0] ?? {};
  record = { partition, offset: firstOffset ?? 0 };
  ({ key } = await archive({ pool, lake }, [orderOf(1), orderOf(2)]));
  const letters = [{ value: Buffer.from([0, 255, 10]) }, { value: Buffer.from(uuidOf(1)) }, {}];
  await writeDeadLetters(pool, letters, { partition: 1 });
  await inTransaction(pool, async (transaction) => {
    const reader = { consumer: 'archive-orders', topic: 'orders', partition: 2 } as const;
    await registerPartition(transaction, reader, 0);
    await recordLoss(transaction, reader, { firstOffset: 0, lastOffset: 9 });
  });
  await pool.query(`
    insert into shop.products values ('mug', 'Mug', 'home', 1);
    insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand, low_stock_threshold) values ('mug', 3, 5, 10);
    insert into inventory.events_log (
      topic, partition, kafka_offset, event_id, product_id, change, status, occurred_at, processed_at
    ) values ('supplier_restocks', 0, 1, 'e1', 'mug', 2, 'processed', now(), now());
    insert into inventory.reports values ('2026-01-02', 12.50, 3, '[]', '[]', '[]');
    insert into payments.transactions_clean (
       transaction_id, user_id, amount, currency, status, event_time, processing_time, event_date, event_hour, latency_seconds,
       is_late, is_ahead
    ) values (gen_random_uuid(), gen_random_uuid(), 99999999.99, 'EUR', 'completed', '2026-01-02T03:00Z', '2026-01-02T03:00Z',
      '2026-01-02', '2026-01-02T03:00Z', 300, true, false);
    insert into payments.transformed_hours (event_hour, transformed_at) values ('2026-01-02T03:00Z', clock_timestamp());
    insert into ledger.proofs (proved_at, took, depth, everything, settled, curated, balanced, checks, off, totals) values
      ('2026-01-02T07:00:00Z', '1 s', 'objects', false, false, false, false, 9,
        '[{"name":"orders: accepted = lake","expected":2,"actual":1,"where":["x"]}]', '{}')`);

  const page = await poolAs('console', pool);
  const connected = async () => kafka;
  const service = (name: string) => ({ name, address: '127.0.0.1:1' });
  const services = { postgres: service('PostgreSQL'), kafka: service('Kafka') };
  here = pageOf({ pool: page, kafka: connected, lake, invoke }, openPulse({ pool: page, kafka: connected, services }));
  asked = pageOf({ invoke, ask } as Backbone, openAskedPulse(ask, `${PREFIX}-console`));
  const as = await variablesIn(pool);
  const { sql } = functions.console;
  await createBundled(
    `${PREFIX}-console`,
    { entry: entryOf('console', functions.console), sql },
    {
      ...as('console'),
      ...{
        KAFKA_BOOTSTRAP_SERVERS: bootstrapServers,
        LAKE_BUCKET: lake.bucket,
        DAG_INTERVALS: JSON.stringify(standardIntervals()),
      },
      ...{ LATE_RATIO_THRESHOLD: '0.1', LATE_COUNT_THRESHOLD: '1000' },
    },
  );
  return () => Promise.all([kafka.close(), page.end(), pool.end()]);
});

/** The page with this backbone and pulse; nothing else tells it anything. */
function pageOf(backbone: Backbone, pulse: PulseFeed): Page {
  const may = ['look', 'read', 'act'] as const;
  const app = consoleApp({
    ...{ backbone, pulse, routes, origins: [ORIGIN], live: openLive(() => () => {}) },
    login: byKey('key', { environment: 'prod', version: 'test', startedAt: null, by: 'ada', may, links: {} }),
    assets: () => Promise.reject(new Error('no page here')),
    // What failed by a fault of ours fails the test, by its status.
    report: (error, where) => console.error(where, error),
  });
  return async (path, body) => {
    const headers = { host: '127.0.0.1:8004', authorization: 'Bearer key', 'content-type': 'application/json' };
    const method = body ? 'POST' : 'GET';
    const request = { method, headers, ...(body && { body: JSON.stringify(body) }) };
    const response = await app(new Request(`${ORIGIN}${path}`, request));
    const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
    return { status: response.status, type: response.headers.get('content-type'), text };
  };
}

const object = () => encodeURIComponent(key);
const place = () => `${TOPIC}/${record.partition}/${record.offset}`;

/** What is asked of each route, as often as there are paths; a path may have a body. */
const REQUESTS: Readonly<Record<string, () => readonly (string | readonly [string, object])[]>> = {
  'GET /api/trace': () => [`/api/trace?id=${uuidOf(1)}`, `/api/trace?id=mug`],
  'GET /api/messages/:topic': () => [
    `/api/messages/${TOPIC}?from=oldest&limit=3`,
    `/api/messages/${TOPIC}?from=newest&filter=quantity%3D5`,
    `/api/messages/${TOPIC}?filter=quantity%3D`,
    `/api/messages/${TOPIC}?partition=99`,
  ],
  'GET /api/records/:topic/:partition/:offset': () => [`/api/records/${place()}`, `/api/records/${TOPIC}/0/999999`],
  'GET /api/streams/:topic': () => [`/api/streams/${TOPIC}`],
  'GET /api/streams/:topic/deliveries': () => ['/api/streams/orders/deliveries'],
  'GET /api/dead-letters': () => ['/api/dead-letters?limit=2', '/api/dead-letters?reason=not_json&text=mug'],
  'GET /api/dead-letters/counts': () => ['/api/dead-letters/counts?since=2026-01-02T00:00:00Z'],
  'GET /api/dead-letters/:id': () => ['/api/dead-letters/1', '/api/dead-letters/999'],
  'POST /api/check': () => [['/api/check', { topic: 'orders', value: { text: '{' }, key: { base64: 'AP8K' } }]],
  'GET /api/redrives/:plan': () => [],
  'GET /api/proofs': () => ['/api/proofs?limit=1'],
  'GET /api/proof/:id': () => ['/api/proof/latest', '/api/proof/1', '/api/proof/999'],
  'GET /api/losses': () => ['/api/losses'],
  'GET /api/stock': () => ['/api/stock?state=low', '/api/stock?text=nothing'],
  'GET /api/stock/:product': () => ['/api/stock/mug', '/api/stock/nothing'],
  'GET /api/stock/:product/movements': () => ['/api/stock/mug/movements'],
  'GET /api/reports/:date': () => ['/api/reports/2026-01-02', '/api/reports/2026-01-03'],
  'GET /api/questions/:name': () => ['/api/questions/low_stock', '/api/questions/payments_by_currency'],
  'GET /api/payments': () => ['/api/payments'],
  'GET /api/lake/:zone': () => ['/api/lake/raw', '/api/lake/raw?day=2025-12-11'],
  'GET /api/lake/:zone/objects': () => ['/api/lake/raw/objects?day=2025-12-11'],
  'POST /api/lake/verify': () => [
    ['/api/lake/verify', { key }],
    ['/api/lake/verify', { key: 'raw/orders/no' }],
  ],
  'GET /api/lake/:zone/object': () => [`/api/lake/raw/object?key=${object()}`, '/api/lake/raw/object?key=raw/no'],
  'GET /api/cost': () => ['/api/cost?day=1000000'],
};

/** Seconds go by between two questions. */
const passed = (name: string, value: unknown) => (name === 'age' ? 'some' : value);

/** What the page is told, but for when it was told, and how far a search was before its end. */
function said({ status, type, text }: Answered) {
  if (type?.startsWith('application/json')) {
    const { data, error } = JSON.parse(text, passed);
    // How long it took to verify an object.
    return { status, data: data?.sha256 ? { ...data, seconds: 'some' } : data, error };
  }
  if (!type?.includes('ndjson')) return { status, type, text };
  const lines = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  return { status, rows: lines.flatMap(({ messages = [] }) => messages), end: lines.at(-1) };
}

it('every route that an asked backbone answers is asked here', () => {
  const answered = routes.filter(({ right, operation }) => right !== 'act' && operations.has(operation?.name ?? ''));
  expect(answered.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual(Object.keys(REQUESTS).toSorted());
});

it.each(Object.entries(REQUESTS))('%s is answered as with a pool', async (_, requests) => {
  for (const request of requests()) {
    const [path, body] = typeof request === 'string' ? [request] : request;
    const [expected, actual] = [said(await here(path, body)), said(await asked(path, body))];
    expect(expected.status, path).toBeLessThan(500);
    expect(actual, path).toEqual(expected);
  }
});

it('has real answers, not equal nothings', async () => {
  const of = async (path: string) => said(await asked(path));
  expect((await of('/api/dead-letters/1')).data).toMatchObject({ id: 1 });
  expect((await of(`/api/messages/${TOPIC}?from=newest&limit=3`)).rows).toHaveLength(3);
  expect((await of(`/api/trace?id=${uuidOf(1)}`)).end.places.length).toBeGreaterThan(0);
  expect((await of(`/api/lake/raw/object?key=${object()}`)).text?.slice(0, 4)).toBe('PAR1');
  expect((await of('/api/questions/payments_by_currency')).data.rows[0]).toContain('99999999.99');
});

it.each([
  ['/api/dead-letters/999', 404, 'no_such_letter'],
  [`/api/messages/${TOPIC}?filter=quantity%3E`, 400, 'not_understood'],
  [`/api/messages/${TOPIC}?partition=99`, 404, 'not_found'],
  ['/api/lake/raw/object?key=raw/no', 404, 'not_found'],
  ['/api/questions/nothing', 404, 'no_such_question'],
  ['/api/reports/9999-12-31', 400, 'not_understood'],
])('%s is refused by %i %s, wherever that was found out', async (path, status, code) => {
  for (const page of [here, asked]) expect(said(await page(path))).toMatchObject({ status, error: { code } });
});

it('what became of a plan is asked too: its letters were not sent', async () => {
  for (const page of [here, asked]) {
    const { data: plan } = said(await page('/api/redrive/plan', { filter: {} }));
    expect(plan).toMatchObject({ count: 3, highest: 3 });
    expect(said(await page(`/api/redrives/${plan.plan}`))).toMatchObject({
      status: 200,
      data: { fates: { waiting: 0, sent: 0 }, cameBack: [], sent: { is: 'planned' } },
    });
  }
});

it('the pulse is looked at there, and its history kept here', async () => {
  const { data: pulse } = said(await asked('/api/pulse'));
  expect(pulse.sources).toMatchObject({ postgres: 'ok', kafka: 'ok' });
  expect(pulse).toMatchObject({ letters: { not_json: 3 } });
  const { data: history } = said(await asked('/api/history?of=rate.orders,lag.orders'));
  expect(history.times.length).toBeGreaterThan(0);
});

it('nothing is sent to a Kafka that only the environment reaches, and a sentence says so', async () => {
  expect(said(await asked('/api/produce', { topic: 'orders' }))).toMatchObject({
    ...{ status: 409, error: { code: 'not_from_here' } },
  });
  expect(said(await asked('/api/runs'))).toMatchObject({ status: 404, error: { code: 'airflow_elsewhere' } });
});

it.each([
  ['an operation that is not in the table', 'redrive', [[1], { by: 'ada' }], 'There is no operation redrive'],
  ['one of JavaScript', 'constructor', [], 'There is no operation constructor'],
  ['wrong arguments', 'wholeLetter', ['1 or true'], 'Argument 1 of wholeLetter'],
  ['arguments that are missing', 'listObjects', ['raw'], 'Argument 2 of listObjects'],
])('%s is refused, by the function itself', async (_, operation, args, message) => {
  const refused = { name: 'NotAnswered', message: expect.stringContaining(message) };
  expect(await invoke('console', { operation, args })).toEqual({ refused });
  await expect(ask(operation, args)).rejects.toMatchObject(refused);
});
