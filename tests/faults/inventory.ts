/** What breaks between a movement of stock and its announcement: functions, PostgreSQL, connections, and records. */
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
/** Of the transaction that moves stock. */
const MOVES = 'insert into inventory.events_log';
/** Of the transaction that marks as sent what Kafka has acknowledged. */
const MARKS = 'update ledger.outbox set sent_at';

let pipeline: Pipeline;
beforeAll(async () => {
  pipeline = await sharedPipeline();
});

test('update-inventory is killed when its movements are committed, and neither Kafka nor the relay knows', async () => {
  const { postgres, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  const relay = await keepRelayBusy();
  const committed = postgres.holdCommitOf(MOVES);
  await produce({ seed: 1, count: 50, topics: ['online_orders'] });
  await committed;
  expect(await partitionsAheadOfKafka()).toBeGreaterThan(0);
  expect(await count("ledger.outbox where topic = 'inventory_updates'")).toBeGreaterThan(0);
  expect(await readAll('inventory_updates')).toEqual([]);

  await killServingProcess('update-inventory');
  await relay.goOn();
  await until(() => failuresOf(events()).some((failure) => failure.includes('exited')), {
    what: 'the poller learns of it',
    within: WITHIN,
  });
  await until(async () => (await count('ledger.outbox where sent_at is null')) === 0, {
    what: 'the relay is asked by the redelivery, and not by its schedule of a minute',
    within: 45_000,
  });
  await expectExact();
  await expectAnnounced();
});

test('relay-outbox is killed when Kafka has the messages and they are not marked: they come again', async () => {
  const { postgres, produce, expectExact } = pipeline;
  const marking = postgres.holdCommitOf(MARKS, 'request');
  await produce({ seed: 2, count: 2_000, topics });
  await marking;
  const before = await readAll('inventory_updates');
  const sent = await count("ledger.outbox where topic = 'inventory_updates' and sent_at is not null");
  expect(before.length).toBeGreaterThan(sent);

  await killServingProcess('relay-outbox');
  await produce({ seed: 3, count: 100, topics });
  await expectExact();
  const { repeats } = await expectAnnounced();
  expect(repeats).toBe(before.length - sent);
});

test('PostgreSQL is killed in the middle of a movement while others flow, and comes back', async () => {
  const { stack, postgres, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  const saying = postgres.holdCommitOf(MOVES, 'request');
  const stopping = new AbortController();
  const produced = produce({ seed: 4, rate: 400, topics }, stopping.signal);
  produced.catch(() => {}); // Awaited below.
  await saying;
  await stack.services.postgres.kill();
  await until(() => failuresOf(events()).length > 1, { what: 'the function fails, and fails again', within: WITHIN });

  await stack.restart('postgres');
  stopping.abort();
  await produced;
  await expectExact();
  await expectAnnounced();
});

test('the connection breaks when update-inventory has said commit, and PostgreSQL never hears it', async () => {
  const { postgres, produce, expectExact } = pipeline;
  const events = eventsFromNow();
  const saying = postgres.holdCommitOf(MOVES, 'request');
  await produce({ seed: 5, count: 2_000, topics });
  await saying;
  await until(async () => (await waitingForCommit()) === 1, { what: 'only one is left to commit', within: WITHIN });

  postgres.cut();
  await expectConnectionLost(events);
  await expectExact();
  await expectAnnounced();
});

test('the connection breaks when PostgreSQL has committed, and update-inventory never hears it', async () => {
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

test('every kind of poison on every topic, each between two good records of the same product', async () => {
  const { kafka, send, expectExact } = pipeline;
  const events = eventsFromNow();
  const from = (await kafka.offsets('dlq'))[0]?.latest ?? 0;
  const messages = poisoned(topics);
  await send(messages);
  await expectExact();
  await expectAnnounced();
  expect(failuresOf(events())).toEqual([]);

  const letters = (await readAll('dlq')).filter(({ offset }) => offset >= from);
  expect(letters.map(seen).sort()).toEqual(
    messages
      .filter(({ meant }) => meant.outcome === 'rejected')
      .map(due)
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

/** Everything on the topic; what is of one partition is in its order. */
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
 * Expects that the topic inventory_updates has every processed movement, that a repeat says the same as the first, and
 * that the last that it says of a product is what is on the shelf.
 */
async function expectAnnounced(): Promise<{ repeats: number }> {
  const updates = await readAll('inventory_updates');
  const texts = updates.map(({ value }) => Buffer.from(value ?? []).toString());
  const said = texts.map(
    (text) => JSON.parse(text) as { event_id: string; product_id: string; quantity_on_hand: number },
  );
  const { rows } = await pipeline.pool.query<{ event_id: string }>(
    "select event_id from inventory.events_log where status = 'processed'",
  );
  const announced = new Set(said.map(({ event_id }) => event_id));
  expect(announced).toEqual(new Set(rows.map(({ event_id }) => event_id)));
  expect(new Set(texts).size).toBe(announced.size);

  const { stock } = await readStoreContents(pipeline.pool);
  const last = new Map(said.map(({ product_id, quantity_on_hand }) => [product_id, quantity_on_hand]));
  expect(last).toEqual(new Map([...stock].filter(([product]) => last.has(product))));
  return { repeats: updates.length - announced.size };
}

const place = ({ partition, offset }: Read): string => `${partition} ${offset}`;
const headerOf = ({ headers }: Read, wanted: string): string =>
  Buffer.from(headers.find(({ name }) => name === wanted)?.value ?? []).toString();
const text = (bytes: Uint8Array | null): string => (bytes ? Buffer.from(bytes).toString('base64') : 'none');

/** What is to be known of a dead letter, in one line: as Kafka has it, and as it was meant. */
const seen = (letter: Read): string =>
  [
    headerOf(letter, 'origin-topic'),
    headerOf(letter, 'reason'),
    headerOf(letter, 'consumer'),
    Buffer.from(letter.key ?? []).toString(),
    text(letter.value),
  ].join();
const due = ({ topic, meant, key, value }: SimulatedMessage): string =>
  [topic, 'reason' in meant && meant.reason, 'update-inventory', key, text(value)].join();

/** Whatever asks the relay to publish, finds another one at work. */
async function keepRelayBusy() {
  const client = await pipeline.pool.connect();
  await client.query("select pg_advisory_lock(hashtext('relay-outbox'))");
  return {
    goOn: async () => {
      await client.query("select pg_advisory_unlock(hashtext('relay-outbox'))");
      client.release();
    },
  };
}

async function count(from: string): Promise<number> {
  const { rows } = await pipeline.pool.query<{ count: number }>(`select count(*) as count from ${from}`);
  return rows[0]?.count ?? 0;
}

/** Transactions of update-inventory that have done their work; those that wait for their locks don't count. */
const waitingForCommit = () =>
  count("pg_stat_activity where usename = 'update_inventory' and state = 'idle in transaction'");

/** Partitions of which PostgreSQL has more than the poller was told. */
async function partitionsAheadOfKafka(): Promise<number> {
  const { pool, committed } = pipeline;
  let ahead = 0;
  for (const stream of inventoryStreams) {
    const told = await committed(stream);
    const { rows } = await pool.query<{ partition: number; next_offset: number }>(
      'select partition, next_offset from ledger.partitions where consumer = $1 and topic = $2',
      [streams.onlineOrders.consumer, stream.topic],
    );
    ahead += rows.filter(({ partition, next_offset }) => next_offset > (told.get(partition) ?? 0)).length;
  }
  return ahead;
}

/** Others that serve for a moment end by themselves. */
async function killServingProcess(name: 'update-inventory' | 'relay-outbox'): Promise<void> {
  const { serving } = pipeline;
  await until(() => serving(name).length === 1, { what: `only one ${name} is at work`, within: WITHIN });
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
