/** Announcements of stock are made of the log of events and published by relay-outbox; on real PostgreSQL and Kafka. */
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test, vi } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { UPDATES_TOPIC } from '#delivery/announcements.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { type Stream, streams, topics } from '#domain/streams.ts';
import { keepOpen } from '#functions/relay-outbox/keep-open.ts';
import { relay as relayOutbox } from '#functions/relay-outbox/relay.ts';
import { type Round, readRound } from '#functions/relay-outbox/round.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { sendingBy } from '../support/sending-by.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

/** Logged in as superuser. */
let pool: Pool;
/** With the roles of the two functions. */
let moverPool: Pool;
let relayPool: Pool;
let kafka: KafkaConnection;
/** Others announce on the same topic: of other products. */
let product: string;
let connections = 0;

const connect = () => {
  connections += 1;
  return connectKafka({ ...inject('stack').kafka, clientId: 'announced-stock' });
};
const relay = (connectKafka = connect) => relayOutbox({ pool: relayPool, connectKafka, deadline: Date.now() + 60_000 });

beforeEach(async () => {
  pool = await freshDatabase();
  moverPool = await poolAs('update_inventory', pool);
  relayPool = await poolAs('relay_outbox', pool);
  kafka = await connect();
  await kafka.createTopics(topics.filter(({ topic }) => topic === UPDATES_TOPIC));
  // What JSON escapes, and what it does not.
  product = `p "\\/\t\u0001\u007fé✓ ${randomBytes(6).toString('hex')}`;
  await stock(product);
  connections = 0;
});
afterEach(() => Promise.all([kafka.close(), moverPool.end(), relayPool.end(), pool.end()]));

async function stock(...products: readonly string[]): Promise<void> {
  await pool.query(`insert into shop.products select id, 'Lamp', 'home', 9.99 from unnest($1::text[]) as id`, [
    products,
  ]);
  await pool.query(
    'insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) select id, 10, 10 from unnest($1::text[]) as id',
    [products],
  );
}

interface Movement {
  readonly id: string;
  readonly quantity: number;
  readonly of?: string;
}

/** Delivers these movements as one batch of the topic, from the offset on. */
async function move(stream: Stream, offset: number, movements: readonly Movement[]): Promise<void> {
  const consume = writeToPostgres<Stream['event']>({ pool: moverPool, ...kafkaFrom(0) }, applyMovements);
  const records = movements.map(({ id, quantity, of = product }, index) => ({
    ...{ offset: offset + index, timestamp: 0, key: null, headers: [] },
    value: Buffer.from(
      JSON.stringify({
        ...{ event_id: id, product_id: of, quantity, timestamp: '2026-01-02T03:04:05Z' },
        ...(stream === (streams.supplierRestocks as unknown)
          ? { supplier_id: 's1' }
          : { order_id: 'o1', store_id: 's1' }),
      }),
    ),
  }));
  await consume(stream, { topic: stream.topic, partition: 0, records });
}
const sell = (offset: number, ...movements: readonly Movement[]) => move(streams.onlineOrders, offset, movements);
const restock = (offset: number, ...movements: readonly Movement[]) =>
  move(streams.supplierRestocks, offset, movements);

/** What Kafka has about these products, in order. */
async function published(...of: readonly string[]): Promise<string[]> {
  const offsets = await kafka.offsets(UPDATES_TOPIC);
  const ranges = new Map(offsets.map(({ partition, earliest, latest }) => [partition, { from: earliest, to: latest }]));
  const found: string[] = [];
  for await (const { records } of kafka.read(UPDATES_TOPIC, ranges))
    for (const { key, value } of records) if (of.includes(String(key))) found.push(String(value));
  return found;
}
const quantities = async () => (await published(product)).map((value) => JSON.parse(value).quantity_on_hand);
const waiting = async () =>
  (await pool.query('select messages from ledger.waiting')).rows.map(({ messages }) => messages);

test('each movement is announced once, in the order of the stock, with the bytes that PostgreSQL gave it before', async () => {
  await sell(0, { id: 'e "1"\n\u001f', quantity: 3 }, { id: 'é2', quantity: 9 }, { id: 'é2', quantity: 9 });
  await restock(0, { id: 'e3', quantity: 5 });
  await sell(3, { id: 'e4', quantity: 1 });
  const { rows } = await pool.query<{ value: string }>(
    `with events as (
       select *, 10 + sum(change) over (order by processed_at, kafka_offset) as on_hand from inventory.events_log where status = 'processed'
     )
     select json_build_object(
       'event_id', event_id, 'product_id', product_id, 'change', change, 'quantity_on_hand', on_hand, 'source', topic,
       'oversold', on_hand < 0, 'processed_at', to_char(processed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
     )::text as value
     from events order by processed_at, kafka_offset`,
  );
  expect(await waiting()).toEqual([2, 1, 1]);
  expect(await relay()).toEqual({ published: 4, outcome: 'drained', failures: {} });
  expect(await published(product)).toEqual(rows.map(({ value }) => value));
  expect(await waiting()).toEqual([]);
  expect(await relay()).toMatchObject({ published: 0 });
});

test('more than fits into a round goes out in several, with messages of the outbox in between', async () => {
  const [a, b] = [`${product} a`, `${product} b`];
  await stock(a, b);
  const sales = (of: string, from: number, count: number) =>
    Array.from({ length: count }, (_, n) => ({ id: `e${from + n}`, quantity: 1, of }));
  await sell(0, ...sales(a, 0, 6_000), ...sales(b, 6_000, 2_000));
  await move(streams.storeSales, 0, sales(a, 8_000, 3));
  // As update-inventory of the version before does.
  await pool.query('insert into ledger.outbox (topic, record_key, record_value) values ($1, $2, $3)', [
    ...[UPDATES_TOPIC, Buffer.from(a), '{"quantity_on_hand": "of before"}'],
  ]);
  await sell(8_000, ...sales(a, 9_000, 3_000));
  expect(await relay()).toEqual({ published: 11_004, outcome: 'drained', failures: {} });
  const said = (await published(a)).map((value) => JSON.parse(value).quantity_on_hand);
  const down = (from: number, count: number) => Array.from({ length: count }, (_, n) => from - 1 - n);
  expect(said).toEqual([...down(10, 6_000), ...down(-5_990, 3), 'of before', ...down(-5_993, 3_000)]);
  expect(await published(b)).toHaveLength(2_000);
});

test('a crash between publishing and marking repeats announcements identically and loses none', async () => {
  await sell(0, { id: 'e1', quantity: 1 }, { id: 'e2', quantity: 1 });
  const crash = sendingBy(connect, (producer) => async (...message) => {
    const sent = await producer.send(...message);
    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and state = 'idle in transaction'`);
    return sent;
  });
  const crashing = await poolAs('relay_outbox', pool);
  await expect(relayOutbox({ pool: crashing, connectKafka: crash, deadline: Date.now() + 60_000 })).rejects.toThrow();
  await crashing.end();
  await restock(0, { id: 'e3', quantity: 5 });
  expect(await relay()).toMatchObject({ published: 3 });
  const texts = await published(product);
  expect(await quantities()).toEqual([9, 8, 9, 8, 13]);
  expect(new Set(texts).size).toBe(3);
});

test('announcements that Kafka does not accept wait, delay no other topic, and go out whole later', async () => {
  await sell(0, { id: 'e1', quantity: 1 }, { id: 'e2', quantity: 1 });
  const other = `announced-stock-${randomBytes(4).toString('hex')}`;
  await kafka.createTopics([{ topic: other, partitions: 1 }]);
  await pool.query('insert into ledger.outbox (topic, record_value) values ($1, $2)', [other, 'x']);
  const refusing = sendingBy(connect, (producer) => async (topic, records) => {
    if (topic === UPDATES_TOPIC) throw new Error('not now');
    return producer.send(topic, records);
  });
  expect(await relay(refusing)).toEqual({
    ...{ published: 1, outcome: 'drained' },
    failures: { [UPDATES_TOPIC]: 'not now' },
  });
  expect(await waiting()).toEqual([2]);
  expect(await relay()).toMatchObject({ published: 2, failures: {} });
  expect(await quantities()).toEqual([9, 8]);
});

test('a message of the version before does not go out before an announcement that is committed while the relay reads', async () => {
  let statements = 0;
  const ids = (round: Round) => [...round.messages.values()].flat().map(({ outboxId }) => outboxId);
  await inTransaction(relayPool, async (transaction) => {
    const query = async (...asked: Parameters<typeof transaction.query>) => {
      const answer = await transaction.query(...asked);
      statements += 1;
      // Between the reading of one table and that of the other.
      if (statements === 1) {
        await sell(0, { id: 'e1', quantity: 1 });
        await pool.query('insert into ledger.outbox (topic, record_value) values ($1, $2)', [UPDATES_TOPIC, 'later']);
      }
      return answer;
    };
    expect(ids(await readRound({ query } as unknown as typeof transaction, []))).toEqual([]);
    const [announced = 0, later = 0, ...others] = ids(await readRound(transaction, []));
    expect([later > announced, others]).toEqual([true, []]);
  });
});

/** What update-inventory of the version before says of a product, and its relay has sent: numbers of the outbox come in between. */
async function sentByVersionBefore(of: string, quantity: number): Promise<void> {
  const value = Buffer.from(JSON.stringify({ quantity_on_hand: quantity }));
  await pool.query(
    'insert into ledger.outbox (topic, record_key, record_value, sent_at) values ($1, $2, $3, clock_timestamp())',
    [UPDATES_TOPIC, Buffer.from(of), value],
  );
  await (await kafka.producer()).send(UPDATES_TOPIC, [{ key: of, value }]);
}

test('what a relay of the version before has sent ahead of an announcement is sent again behind it, before newer ones', async () => {
  await sell(0, { id: 'e1', quantity: 1 });
  // That relay doesn't know of announcements.
  await sentByVersionBefore(product, 8);
  await restock(0, { id: 'e3', quantity: 5 });
  expect(await relay()).toMatchObject({ outcome: 'drained' });
  expect(await quantities()).toEqual([8, 9, 8, 14]);
  expect(await waiting()).toEqual([]);
});

test('an announcement that is committed late puts back what was sent of its own products only', async () => {
  const [a, b] = [`${product} a`, `${product} b`];
  await stock(a, b);
  const { rows } = await pool.query(`select nextval('ledger.outbox_outbox_id_seq') as taken`);
  await sentByVersionBefore(b, 6);
  await sell(0, { id: 'e1', quantity: 1, of: b });
  expect(await relay()).toMatchObject({ published: 1 });
  await sell(1, { id: 'e2', quantity: 3, of: a });
  // It was written before these were sent.
  await pool.query(
    `update ledger.announcements set announcement_id = $1, created_at = created_at - interval '1 minute' where sent_at is null`,
    [rows[0].taken],
  );
  expect(await relay()).toMatchObject({ published: 1 });
  expect((await published(b)).map((value) => JSON.parse(value).quantity_on_hand)).toEqual([6, 9]);
});

test('a relay keeps its connection to Kafka until a send fails or time is up in the middle of one', async () => {
  let fails = false;
  const kept = keepOpen(
    sendingBy(connect, (producer) => async (...message) => {
      if (fails) throw new Error('not now');
      return producer.send(...message);
    }),
  );
  await sell(0, { id: 'e1', quantity: 1 });
  expect(await relay(kept)).toMatchObject({ published: 1 });
  await sell(1, { id: 'e2', quantity: 1 });
  expect(await relay(kept)).toMatchObject({ published: 1 });
  expect(connections).toBe(1);
  fails = true;
  await sell(2, { id: 'e3', quantity: 1 });
  expect(await relay(kept)).toMatchObject({ published: 0, failures: { [UPDATES_TOPIC]: 'not now' } });
  fails = false;
  expect(await relay(kept)).toMatchObject({ published: 1 });
  expect(connections).toBe(2);
  expect(await quantities()).toEqual([9, 8, 7]);
  // Time is up in the middle of a send.
  const cut = await kept();
  const producer = await cut.producer();
  const sending = producer.send(UPDATES_TOPIC, [{ key: 'another', value: 'x' }]).catch(() => 'cut');
  await producer.close();
  await Promise.all([sending, cut.close()]);
  await sell(3, { id: 'e4', quantity: 1 });
  expect(await relay(kept)).toMatchObject({ published: 1 });
  expect(connections).toBe(3);
  await closeKept(kept);
});

/** What is kept is closed by a failure: Kafka refuses such a name. */
async function closeKept(kept: typeof connect): Promise<void> {
  const last = await kept();
  await expect((await last.producer()).send('no topic', [{ key: null, value: 'x' }])).rejects.toThrow();
  await last.close();
}

test('once time is up, nothing is sent: by a kept connection between two sends, and by one that opens late', async () => {
  const kept = keepOpen(connect);
  const first = await kept();
  const producer = await first.producer();
  await producer.send(UPDATES_TOPIC, [{ key: product, value: '{"quantity_on_hand": "in time"}' }]);
  await producer.close();
  await expect(producer.send(UPDATES_TOPIC, [{ key: product, value: '{}' }])).rejects.toThrow('when time is up');
  await first.close();
  await closeKept(kept);
  expect(connections).toBe(1);
  await sell(0, { id: 'e1', quantity: 1 });
  const deadline = Date.now() + 1_000;
  const late = async () => {
    while (Date.now() < deadline + 100) await delay(20);
    return connect();
  };
  const relaying = relayOutbox({ pool: relayPool, connectKafka: late, deadline });
  await relaying.catch(() => 'its transaction may be cut');
  expect(await quantities()).toEqual(['in time']);
  expect(await waiting()).toEqual([1]);
});

test('a connection is kept for some minutes from its opening, however often it is used, and one of two callers', async () => {
  let open = 0;
  const kept = keepOpen(async () => {
    const connection = await connect();
    open += 1;
    const close = async () => {
      open -= 1;
      await connection.close();
    };
    return { ...connection, close };
  });
  vi.useFakeTimers({ toFake: ['Date'] });
  try {
    for (const due of [1, 1, 2, 2]) {
      await (await kept()).close();
      expect(connections).toBe(due);
      vi.setSystemTime(Date.now() + 150_000);
    }
  } finally {
    vi.useRealTimers();
  }
  const [one, other] = await Promise.all([kept(), kept()]);
  await Promise.all([one.close(), other.close()]);
  expect(open).toBe(1);
  await closeKept(kept);
  expect(open).toBe(0);
});
