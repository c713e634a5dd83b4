/** The pulse on real PostgreSQL and Kafka: what it shows, who it asks for, and what it says while one of them doesn't answer. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { beforeAll, beforeEach, expect, inject, it, type TestContext } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { inTransaction, openPool, type Pool } from '#adapters/postgres/index.ts';
import { commitDelivery, insertDelivery, type NewDelivery, type Reader, registerPartition } from '#delivery/ledger.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';
import { topics } from '#domain/streams.ts';
import { until } from '#localstack/processes/until.ts';
import { type Look, openPulse, type PulseFeed } from '#operations/open-pulse.ts';
import { databasePulse } from '#operations/pulse/read-pulse.ts';
import { startNetworkProxy } from '../support/network-proxy.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const stack = inject('stack');
const bootstrap = stack.kafka.bootstrapServers;
let database: Pool;

beforeAll(async () => {
  const kafka = await connectKafka({ bootstrapServers: bootstrap, clientId: 'pulse' });
  await kafka.createTopics(topics);
  await kafka.close();
});

beforeEach(async () => {
  database = await freshDatabase();
  return () => database.end();
});

async function proxyBefore(address: string, { onTestFinished }: TestContext) {
  const { hostname: host, port } = new URL(`tcp://${address}`);
  const proxy = await startNetworkProxy({ host, port: Number(port) });
  onTestFinished(() => proxy.close());
  return proxy;
}

/** A way to a server that can be interrupted, as if the server were stopped. */
async function interruptible(
  target: { readonly host: string; readonly port: number },
  { onTestFinished }: TestContext,
) {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(target);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {}); // 'close' follows.
      socket.on('close', () => [client, upstream].forEach((each) => void each.destroy()));
    }
    client.pipe(upstream).pipe(client);
  });
  const listen = (port: number) => once(server.listen(port, '127.0.0.1'), 'listening');
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(async () => {
    if (server.listening) await stop();
  });
  return { port, stop, start: () => listen(port) };
}

async function kafkaAt(bootstrapServers: string, { onTestFinished }: TestContext) {
  const connection = await connectKafka({ bootstrapServers, clientId: 'pulse' });
  onTestFinished(() => connection.close().catch(() => {}));
  return async () => connection;
}

/** A look at which these have answered: on a busy machine they may take their time. */
const lookAt = (pulse: PulseFeed, what: string, isWanted: (look: Look['pulse']) => boolean): Promise<Look> =>
  until(
    async () => {
      const look = await pulse.look();
      return isWanted(look.pulse) ? look : undefined;
    },
    { what, within: 120_000, every: 50 },
  );

/** With all that is counted at ease. */
const lookAtAll = (pulse: PulseFeed): Promise<Look> =>
  lookAt(
    pulse,
    'PostgreSQL and Kafka answer',
    ({ sources: { postgres, kafka }, letters, unsent, places }) =>
      postgres === 'ok' && kafka === 'ok' && letters !== null && unsent !== null && places.curated.count !== null,
  );

/** As the page opens it: with the role that only looks. */
async function pulseOf(
  context: TestContext,
  { pool, kafka }: { pool?: Pool; kafka?: string } = {},
): Promise<PulseFeed> {
  const own = pool ?? (await poolAs('console', database));
  if (!pool) context.onTestFinished(() => own.end());
  const services = {
    postgres: { name: 'PostgreSQL', address: `${stack.postgres.host}:${stack.postgres.port}` },
    kafka: { name: 'Kafka', address: bootstrap },
  };
  return openPulse({ pool: own, kafka: await kafkaAt(kafka ?? bootstrap, context), services });
}

const reader: Reader = { consumer: 'store-transactions', topic: 'transactions', partition: 0 };
const lakeReader: Reader = { consumer: 'archive-orders', topic: 'orders', partition: 0 };
const earlier = (seconds: number) => Date.now() - seconds * 1_000;

const delivery = (firstOffset: number, accepted: number, rejected: number): NewDelivery => ({
  ...{
    firstOffset,
    lastOffset: firstOffset + accepted + rejected - 1,
    records: accepted + rejected,
    accepted,
    rejected,
  },
  ...{ state: 'committed', duplicates: 0, cents: null, sourceSha256: 'x', objectKey: null, idFilter: null },
  times: { first: earlier(9), last: earlier(5) },
});

const letters = ({ topic, partition }: Reader, from: number, reasons: readonly DeadLetter['reason'][]): DeadLetter[] =>
  reasons.map((reason, index) => ({
    ...{
      topic,
      partition,
      offset: from + index,
      timestamp: 0,
      key: null,
      value: null,
      headers: [],
      reason,
      message: '',
    },
  }));

/** Commits a delivery of payments, the first of which are refused for these reasons. */
const pay = (firstOffset: number, accepted: number, reasons: readonly DeadLetter['reason'][] = []) =>
  inTransaction(database, async (transaction) => {
    await registerPartition(transaction, reader, firstOffset);
    const refused = letters(reader, firstOffset, reasons);
    await insertDelivery(transaction, reader, delivery(firstOffset, accepted, refused.length), refused);
  });

it('shows what the ledger says of each stream and place, as the role console', async (context) => {
  const pulse = await pulseOf(context);
  const empty = await lookAtAll(pulse);
  expect(empty.pulse.sources).toEqual({ postgres: 'ok', kafka: 'ok', lambda: 'ok', airflow: 'ok' });
  expect(empty.pulse).toMatchObject({
    letters: {},
    unsent: 0,
    places: { payments: { count: 0, age: null, p95: null } },
  });
  await pay(0, 3, ['not_json', 'not_json', 'invalid_amount']);
  const { pulse: now, progress } = await lookAtAll(pulse);
  expect(now.letters).toEqual({ not_json: 2, invalid_amount: 1 });
  expect(now.books).toMatchObject({ effect: 3, repeats: 0, rejected: 3, gaps: 0, lost: 0 });
  expect(now.places.payments).toMatchObject({ count: 3 });
  const { transactions } = now.streams;
  expect(transactions).toMatchObject({ consumer: 'store-transactions', batch: 6 });
  // From Kafka's times, which the delivery has: 9 s ago and 5 s ago.
  expect(transactions?.p95).toBeGreaterThanOrEqual(9);
  expect(transactions?.p95).toBeLessThan(60);
  expect(transactions?.age).toBeGreaterThanOrEqual(5);
  expect(now.places.letters).toMatchObject({ count: 3, state: 'look' });
  expect(progress).toMatchObject({ paid: 3, streams: { transactions: { consumed: 6, rejected: 3 } } });
  const { at } = now;
  expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000);
});

it('counts letters once their delivery is committed, in whichever order transactions end', async (context) => {
  const pulse = await pulseOf(context);
  const shown = async () => (await lookAtAll(pulse)).pulse.letters;
  expect(await shown()).toEqual({});
  // Takes its letters' numbers, and commits after others that take greater ones.
  const slow = await database.connect();
  await slow.query('begin');
  await registerPartition(slow, { ...reader, partition: 1 }, 0);
  const refused = letters({ ...reader, partition: 1 }, 0, ['missing_field']);
  await insertDelivery(slow, { ...reader, partition: 1 }, delivery(0, 0, 1), refused);
  await pay(0, 1, ['not_json']);
  for (const _ of [1, 2, 3]) expect(await shown()).toEqual({ not_json: 1 });
  await pay(2, 1, ['not_json']);
  expect(await shown()).toEqual({ not_json: 2 });
  await slow.query('commit');
  slow.release();
  for (const _ of [1, 2, 3]) expect(await shown()).toEqual({ not_json: 2, missing_field: 1 });

  const range = { firstOffset: 0, lastOffset: 1 };
  const deliveryId = await inTransaction(database, async (transaction) => {
    await registerPartition(transaction, lakeReader, 0);
    const planned = { ...delivery(0, 1, 1), state: 'open' as const, objectKey: 'x' };
    return insertDelivery(transaction, lakeReader, planned, letters(lakeReader, 1, ['wrong_type']));
  });
  await pay(4, 0, ['null_value']);
  const before = { not_json: 2, missing_field: 1, null_value: 1 };
  for (const _ of [1, 2, 3]) expect(await shown()).toEqual(before);
  // One that begins to look meanwhile sees the same.
  expect((await lookAtAll(await pulseOf(context))).pulse.letters).toEqual(before);
  await inTransaction(database, (transaction) =>
    commitDelivery(transaction, lakeReader, { ...range, deliveryId, records: 2 }, { sha256: 'x', bytes: 1 }),
  );
  for (const _ of [1, 2, 3]) expect(await shown()).toEqual({ ...before, wrong_type: 1 });
});

it('looks only while somebody listens, and once for all who do', async (context) => {
  const pulse = await pulseOf(context);
  const heard: Look[][] = [[], []];
  const stops = heard.map((looks) =>
    pulse.subscribe(
      (look) => looks.push(look),
      () => 50,
    ),
  );
  await until(async () => heard.every((looks) => looks.length >= 3), {
    what: 'three looks',
    within: 60_000,
    every: 20,
  });
  const [first = [], second = []] = heard;
  expect(second.slice(0, 3).every((look) => first.includes(look))).toBe(true);
  for (const stop of stops) stop();
  await pulse.look();
  const last = pulse.latest();
  await pay(0, 1);
  expect(pulse.latest()).toBe(last);
  const looks: Look[] = [];
  const stop = pulse.subscribe((look) => looks.push(look));
  await until(async () => looks.length > 0, { what: 'a look', within: 60_000, every: 20 });
  stop();
  expect(looks[0]?.pulse.places.payments.count).toBe(1);
  expect(pulse.history.read(['lag.transactions']).times.length).toBeGreaterThan(0);
});

it('says which source is silent and why, has null for its figures and the others’ as they are, and heals', async (context) => {
  const proxy = await proxyBefore(bootstrap, context);
  const { host, port, user, password } = stack.postgres;
  const postgres = await interruptible({ host, port }, context);
  const { database: name } = database.options;
  const pool = openPool({ host: '127.0.0.1', port: postgres.port, user, password, database: name ?? '', max: 2 });
  context.onTestFinished(() => pool.end());
  const pulse = await pulseOf(context, { pool, kafka: `${proxy.host}:${proxy.port}` });
  await pay(0, 3);
  expect((await lookAtAll(pulse)).pulse.books).not.toBeNull();

  await postgres.stop();
  const { pulse: without, progress } = await lookAt(
    pulse,
    'PostgreSQL is silent and Kafka answers',
    ({ sources }) => sources.postgres !== 'ok' && sources.kafka === 'ok',
  );
  expect(without.sources.postgres).toMatchObject({
    why: expect.stringContaining(`PostgreSQL does not answer at ${host}:${port}`),
  });
  expect(progress).toBeNull();
  expect(without).toMatchObject({ books: null, letters: null, unsent: null });
  expect(without.places.payments).toMatchObject({ count: null, age: null, state: 'unknown' });
  expect(without.streams.transactions).toMatchObject({ lag: null, p95: null, age: null });
  expect(without.streams.transactions?.rate).not.toBeNull();
  const { since } = without.sources.postgres as { since: string };
  await postgres.start();
  const again = await pulse.look();
  if (again.pulse.sources.postgres !== 'ok') expect(again.pulse.sources.postgres.since).toBe(since);
  const { pulse: healed } = await lookAtAll(pulse);
  expect(healed.places.payments.count).toBe(3);

  proxy.swallow();
  const { pulse: noKafka } = await lookAt(
    pulse,
    'Kafka is silent and PostgreSQL answers',
    ({ sources }) => sources.kafka !== 'ok' && sources.postgres === 'ok',
  );
  expect(noKafka.sources.kafka).toMatchObject({ why: `Kafka does not answer at ${bootstrap}` });
  expect(noKafka).toMatchObject({ books: null, letters: {}, unsent: 0 });
  expect(noKafka.places.payments).toMatchObject({ count: 3, state: 'unknown' });
  expect(noKafka.places.curated).toMatchObject({ count: 0, state: 'fine' });
  expect(noKafka.streams.transactions).toMatchObject({ rate: null, lag: null, batch: 3 });
  expect((await lookAtAll(pulse)).pulse.books).not.toBeNull();
});

it('has the books and the other figures while one count takes too long', async (context) => {
  await pay(0, 3);
  const pool = await poolAs('console', database);
  context.onTestFinished(() => pool.end());
  const look = databasePulse(pool, { besideMs: 1_000 });
  const blocker = await database.connect();
  try {
    await blocker.query('begin; lock table curated.fact_orders in access exclusive mode');
    const isWaiting = async () =>
      (await database.query("select from pg_locks where not granted and relation = 'curated.fact_orders'::regclass"))
        .rowCount;
    const first = look();
    const patience = { within: 60_000, every: 20 };
    await until(async () => (await isWaiting()) === 1, { what: 'the count waits', ...patience });
    await first;
    await until(async () => (await isWaiting()) === 0, { what: 'the count is cancelled', ...patience });
    const { ledger, counts, letters, unsent } = await look();
    expect(ledger.partitions).toMatchObject([{ accepted: 3 }]);
    expect(counts).toEqual({ products: 0, hours: 0, days: 0, curated: null });
    expect([letters, unsent]).toEqual([new Map(), new Map()]);
    // It is not asked again before it has rested as long as what takes so long must.
    expect(await isWaiting()).toBe(0);
  } finally {
    // Before the pool of its connection is ended.
    blocker.release(true);
  }
});
