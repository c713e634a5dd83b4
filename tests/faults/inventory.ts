/** Faults between a stock movement and its announcement: killed functions, PostgreSQL, lost connections, bad records. */
import { beforeAll, expect, test } from 'vitest';
import type { ConsumedRecord } from '#adapters/kafka/index.ts';
import { inventoryStreams, streams } from '#domain/streams.ts';
import type { PollerEvent } from '#localstack/poller/poller-events.ts';
import { until } from '#localstack/processes/until.ts';
import type { SimulatedMessage } from '#simulator/messages.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { poisoned } from '../support/poisoned.ts';
import { readStoreContents } from '../support/store-contents.ts';
import { sharedPipeline } from './shared-pipeline.ts';

const WITHIN = 120_000;
const topics = ['online_orders', 'store_sales', 'supplier_restocks'] as const;
/** A statement in the transaction that moves stock. */
const MOVES = 'insert into inventory.events_log';
/** A statement in the transaction that marks acknowledged messages as sent. */
const MARKS = 'update ledger.announcements set sent_at';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await sharedPipeline();
});

test('update-inventory is killed after its commit, before Kafka or the relay knows of it', async () => {
  const { postgres, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  const relay = await keepRelayBusy();
  const committed = postgres.holdCommitOf(MOVES);
  await produce({ seed: 1, count: 50, topics: ['online_orders'] });
  await committed;
  expect(await partitionsAheadOfKafka()).toBeGreaterThan(0);
  expect(await count('ledger.announcements')).toBeGreaterThan(0);
  expect(await readAll('inventory_updates')).toEqual([]);

  await killServingProcess('update-inventory');
  await relay.release();
  await until(() => failuresOf(events()).some((failure) => failure.includes('exited')), {
    what: 'the poller sees the failure',
    within: WITHIN,
  });
  await until(async () => (await count('ledger.waiting')) === 0, {
    what: 'the outbox is empty, since the redelivery calls the relay instead of waiting for its schedule',
    within: 45_000,
  });
  await expectExact();
  await expectAnnounced();
});

test('relay-outbox is killed after Kafka has the messages, before they are marked as sent: it sends them again', async () => {
  const { postgres, produce, expectExact } = pipeline;
  const marking = postgres.holdCommitOf(MARKS, 'request');
  await produce({ seed: 2, count: 2_000, topics });
  await marking;
  const before = await readAll('inventory_updates');
  const sent = await count('ledger.announcements cross join generate_series(1, movements) where sent_at is not null');
  expect(before.length).toBeGreaterThan(sent);

  await killServingProcess('relay-outbox');
  await produce({ seed: 3, count: 100, topics });
  await expectExact();
  const { repeats } = await expectAnnounced();
  expect(repeats).toBe(before.length - sent);
});

test('PostgreSQL is killed in the middle of a transaction under load, and comes back', async () => {
  const { stack, postgres, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  const committing = postgres.holdCommitOf(MOVES, 'request');
  const stopping = new AbortController();
  const produced = produce({ seed: 4, rate: 400, topics }, stopping.signal);
  produced.catch(() => {}); // Awaited below.
  await committing;
  await stack.services.postgres.kill();
  await until(() => failuresOf(events()).length > 1, { what: 'the function fails twice', within: WITHIN });

  await stack.restart('postgres');
  stopping.abort();
  await produced;
  await expectExact();
  await expectAnnounced();
});

test('the connection breaks before the commit of update-inventory reaches PostgreSQL', async () => {
  const { postgres, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  const committing = postgres.holdCommitOf(MOVES, 'request');
  await produce({ seed: 5, count: 2_000, topics });
  await committing;
  await until(async () => (await waitingForCommit()) === 1, {
    what: 'only one transaction waits for its commit',
    within: WITHIN,
  });

  postgres.cut();
  await expectConnectionLost(events);
  await expectExact();
  await expectAnnounced();
});

test('the connection breaks after PostgreSQL has committed, before update-inventory gets the answer', async () => {
  const { postgres, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  const committed = postgres.holdCommitOf(MOVES);
  await produce({ seed: 6, count: 2_000, topics });
  await committed;
  expect(await partitionsAheadOfKafka()).toBeGreaterThan(0);

  postgres.cut();
  await expectConnectionLost(events);
  await expectExact();
  await expectAnnounced();
});

test('every kind of bad record on every topic, each between two good records of the same product', async () => {
  const { kafka, send, expectExact } = pipeline;
  const events = eventsFromNow();
  const from = (await kafka.offsets('dlq'))[0]?.latest ?? 0;
  const messages = poisoned(topics);
  await send(messages);
  await expectExact();
  await expectAnnounced();
  expect(failuresOf(events())).toEqual([]);

  const letters = (await readAll('dlq')).filter(({ offset }) => offset >= from);
  expect(letters.map(actualLetter).sort()).toEqual(
    messages
      .filter(({ meant }) => meant.outcome === 'rejected')
      .map(expectedLetter)
      .sort(),
  );
  for (const topic of topics) {
    const records = new Map((await readAll(topic)).map((record) => [place(record), record]));
    for (const letter of letters.filter((each) => headerOf(each, 'origin-topic') === topic)) {
      const origin = records.get(`${headerOf(letter, 'origin-partition')} ${headerOf(letter, 'origin-offset')}`);
      expect(origin).toMatchObject({ key: letter.key, value: letter.value });
    }
  }
});

type Read = ConsumedRecord & { readonly partition: number };

/** All records on the topic; those of one partition in their order. */
async function readAll(topic: string): Promise<Read[]> {
  const { kafka } = pipeline;
  const offsets = await kafka.offsets(topic);
  const ranges = new Map(offsets.map(({ partition, earliest, latest }) => [partition, { from: earliest, to: latest }]));
  const all: Read[] = [];
  for await (const { partition, records } of kafka.read(topic, ranges))
    all.push(...records.map((record) => ({ ...record, partition })));
  return all;
}

/**
 * Expects that the topic inventory_updates has every processed movement, that repeats equal the first message, and that a
 * product's last message has its current stock.
 */
async function expectAnnounced(): Promise<{ repeats: number }> {
  const updates = await readAll('inventory_updates');
  const texts = updates.map(({ value }) => Buffer.from(value ?? []).toString());
  const messages = texts.map(
    (text) => JSON.parse(text) as { event_id: string; product_id: string; quantity_on_hand: number },
  );
  const { rows } = await pipeline.pool.query<{ event_id: string }>(
    "select event_id from inventory.events_log where status = 'processed'",
  );
  const announced = new Set(messages.map(({ event_id }) => event_id));
  expect(announced).toEqual(new Set(rows.map(({ event_id }) => event_id)));
  expect(new Set(texts).size).toBe(announced.size);

  const { stock } = await readStoreContents(pipeline.pool);
  const last = new Map(messages.map(({ product_id, quantity_on_hand }) => [product_id, quantity_on_hand]));
  expect(last).toEqual(new Map([...stock].filter(([product]) => last.has(product))));
  return { repeats: updates.length - announced.size };
}

const place = ({ partition, offset }: Read): string => `${partition} ${offset}`;
const headerOf = ({ headers }: Read, wanted: string): string =>
  Buffer.from(headers.find(({ name }) => name === wanted)?.value ?? []).toString();
const text = (bytes: Uint8Array | null): string => (bytes ? Buffer.from(bytes).toString('base64') : 'none');

/** A dead letter in one line, as found in Kafka. */
const actualLetter = (letter: Read): string =>
  [
    headerOf(letter, 'origin-topic'),
    headerOf(letter, 'reason'),
    headerOf(letter, 'consumer'),
    Buffer.from(letter.key ?? []).toString(),
    text(letter.value),
  ].join();
/** The same line, as the simulator meant the record. */
const expectedLetter = ({ topic, meant, key, value }: SimulatedMessage): string =>
  [topic, 'reason' in meant && meant.reason, 'update-inventory', key, text(value)].join();

/** Takes the relay's turn: a relay that is called meanwhile finds another one at work. */
async function keepRelayBusy() {
  const client = await pipeline.pool.connect();
  await client.query("begin; select ledger.take_turn('relay-outbox')");
  return {
    release: async () => {
      await client.query('rollback');
      client.release();
    },
  };
}

async function count(from: string): Promise<number> {
  const { rows } = await pipeline.pool.query<{ count: number }>(`select count(*) as count from ${from}`);
  return rows[0]?.count ?? 0;
}

/** Counts transactions of update-inventory that have only to commit; those that wait for locks don't count. */
const waitingForCommit = () =>
  count("pg_stat_activity where usename = 'update_inventory' and state = 'idle in transaction'");

/** Counts partitions in which PostgreSQL has consumed more than the poller has committed to Kafka. */
async function partitionsAheadOfKafka(): Promise<number> {
  const { pool, committed } = pipeline;
  let ahead = 0;
  for (const stream of inventoryStreams) {
    const inKafka = await committed(stream);
    const { rows } = await pool.query<{ partition: number; next_offset: number }>(
      'select partition, next_offset from ledger.partitions where consumer = $1 and topic = $2',
      [streams.onlineOrders.consumer, stream.topic],
    );
    ahead += rows.filter(({ partition, next_offset }) => next_offset > (inKafka.get(partition) ?? 0)).length;
  }
  return ahead;
}

/** Waits until only one process is serving, since others finish by themselves; kills that one. */
async function killServingProcess(name: 'update-inventory' | 'relay-outbox'): Promise<void> {
  const { serving } = pipeline;
  await until(() => serving(name).length === 1, { what: `only one process of ${name} is serving`, within: WITHIN });
  for (const { pid } of serving(name)) process.kill(pid, 'SIGKILL');
}

async function expectConnectionLost(events: () => readonly PollerEvent[]): Promise<void> {
  await until(() => failuresOf(events()).length > 0, { what: 'the function fails', within: WITHIN });
  expect(failuresOf(events())[0]).toContain('Connection terminated');
}

function eventsFromNow(): () => readonly PollerEvent[] {
  const from = pipeline.poller.events().length;
  return () => pipeline.poller.events().slice(from);
}

const failuresOf = (events: readonly PollerEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'invoked' && event.failure ? [event.failure] : []));
