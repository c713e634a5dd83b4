/** Dead letters as people look at them, plan to send them back and see what became of them: real PostgreSQL and Kafka. */
import { randomBytes } from 'node:crypto';
import { beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { connectKafka, type KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { redrive as redriveLetters } from '#functions/redrive-dead-letters/redrive.ts';
import { readRequest } from '#functions/redrive-dead-letters/request.ts';
import { relay } from '#functions/relay-outbox/relay.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import type { Backbone } from '#operations/backbone.ts';
import type { LetterFilter } from '#operations/letters/filter.ts';
import { wholeLetter } from '#operations/letters/letter.ts';
import { listLetters } from '#operations/letters/list.ts';
import { following, outcomesOf } from '#operations/letters/outcome.ts';
import { planRedrive, TooManyLetters } from '#operations/letters/plan.ts';
import { redriveInBatches } from '#operations/redrive.ts';
import { writeDeadLetters } from '../support/dead-letters.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { blocksOfPage, sale, stock } from '../support/letters.ts';
import { sendingBy } from '../support/sending-by.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const stream: Stream = streams.storeSales;
/** Where the letters go: the stack's own topic is for the functions that are deployed there. */
const topic = `store-sales-${randomBytes(4).toString('hex')}`;
let kafka: KafkaConnection;
let pool: Pool;
let backbone: Pick<Backbone, 'pool' | 'invoke'>;
let consumedTo = 0;

beforeAll(async () => {
  kafka = await connectKafka({ ...inject('stack').kafka, clientId: topic });
  await kafka.createTopics([
    { topic, partitions: 1 },
    { topic: 'dlq', partitions: 1 },
  ]);
  return () => kafka.close();
});

beforeEach(async () => {
  pool = await freshDatabase();
  const [look, redriving, relaying] = await Promise.all(
    ['console', 'redrive_dead_letters', 'relay_outbox'].map((role) => poolAs(role, pool)),
  );
  if (!look || !redriving || !relaying) throw new Error('Expected three pools.');
  consumedTo = (await kafka.offsets(topic))[0]?.latest ?? 0;
  backbone = {
    pool: look,
    // The functions themselves, with the roles that they are deployed with.
    async invoke<Result>(name: string, payload: object) {
      const result =
        name === 'redrive-dead-letters' ? redriveLetters(redriving, readRequest(payload)) : publish(relaying);
      return (await result) as Result;
    },
  };
  return async () => {
    for (const each of [look, redriving, relaying, pool]) await each.end();
  };
});

/** Publishes what waits: what is for the stream's topic to the test's own. */
const publish = (relaying: Pool) =>
  relay({
    pool: relaying,
    deadline: Date.now() + 120_000,
    connectKafka: sendingBy(
      () => connectKafka({ ...inject('stack').kafka, clientId: `${topic}-relay` }),
      (producer) => (to, records) => producer.send(to === stream.topic ? topic : to, records),
    ),
  });

const recordOf = (value: object | string, offset: number): KafkaRecord => ({
  offset,
  timestamp: 1_765_411_201_000,
  key: Buffer.from('p-977'),
  value: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  headers: [],
});

const consume = (records: readonly KafkaRecord[], from = 0) =>
  writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(from) }, applyMovements)(stream, {
    topic: stream.topic,
    partition: 0,
    records,
  });

/** As a producer sends them, and the consumer takes them. */
async function produce(...values: readonly (object | string)[]): Promise<void> {
  const producer = await kafka.producer();
  await producer.send(
    topic,
    values.map((value) => ({ key: 'p-977', value: typeof value === 'string' ? value : JSON.stringify(value) })),
  );
  await producer.close();
  await consumeWhatCame();
}

async function consumeWhatCame(): Promise<void> {
  const [{ latest } = { latest: 0 }] = await kafka.offsets(topic);
  const records: KafkaRecord[] = [];
  const range = new Map([[0, { from: consumedTo, to: latest }]]);
  for await (const fragment of kafka.read(topic, range)) records.push(...fragment.records);
  const first = consumedTo;
  consumedTo = latest;
  if (records.length > 0) await consume(records, first);
}

async function send(ids: readonly number[], editedValue?: object) {
  const edited = editedValue && Buffer.from(JSON.stringify(editedValue));
  for await (const progress of redriveInBatches(backbone, ids, { by: 'ada', editedValue: edited, dryRun: false }))
    expect(progress.relayed).toMatchObject({ outcome: 'drained' });
}

const fates = async () =>
  (await listLetters(backbone, {}, { limit: 100 })).rows
    .toReversed()
    .map(({ redriven }) => redriven && [redriven.state, redriven.in, redriven.cameBackAs]);

test('what became of each is told: waiting, took effect, a repeat, or came back as another letter', async () => {
  await stock(pool, 'p-1');
  await produce(sale, { ...sale, event_id: 'e2' }, { ...sale, event_id: 'e3' });
  expect(await fates()).toEqual([null, null, null]);
  await send([1], { ...sale, product_id: 'p-1' });
  await send([2], { ...sale, product_id: 'p-1' });
  await send([3]);
  expect(await fates()).toEqual([
    ['waiting', null, null],
    ['waiting', null, null],
    ['waiting', null, null],
  ]);
  await consumeWhatCame();
  expect(await fates()).toEqual([['took-effect', 'stock', null], ['repeat', null, null], ['came-back', null, 4], null]);
  const whole = await wholeLetter(backbone, 1);
  expect(whole?.redriven).toMatchObject({ by: 'ada', edited: true, place: { partition: 0, offset: consumedTo - 3 } });
  expect(await wholeLetter(backbone, 4)).toMatchObject({ cameFrom: 3, redriven: null, reason: 'unknown_product' });
  expect(await outcomesOf(backbone, [1, 2, 3])).toEqual({
    fates: { waiting: 0, 'came-back': 1, 'took-effect': 1, repeat: 1, sent: 0 },
    cameBack: [{ id: 3, as: 4, reason: 'unknown_product' }],
  });
  const inState = async (state: LetterFilter['state']) =>
    (await listLetters(backbone, { state }, { limit: 9 })).rows.map(({ id }) => id);
  expect(await inState('took-effect')).toEqual([2, 1]);
  expect(await inState('came-back')).toEqual([3]);
  expect(await inState('new')).toEqual([4]);
});

test('a header that a producer copied says nothing of a letter whose place in Kafka is known', async () => {
  await stock(pool, 'p-1');
  await produce(sale);
  await send([1], { ...sale, product_id: 'p-1' });
  await consumeWhatCame();
  await consume(
    [
      {
        ...recordOf({ ...sale, event_id: 'e2' }, consumedTo),
        headers: [{ name: 'tillstream-redrive', value: Buffer.from('1') }],
      },
    ],
    consumedTo,
  );
  expect(await fates()).toEqual([['took-effect', 'stock', null], null]);
});

test('of a plan only what may still change is looked up again', async () => {
  await stock(pool, 'p-1');
  await produce(sale, { ...sale, event_id: 'e2' });
  await send([1], { ...sale, product_id: 'p-1' });
  await consumeWhatCame();
  const asked: unknown[] = [];
  const query = (sql: string, parameters: unknown[]) => {
    if (sql.includes('letter.dead_letter_id as id')) asked.push(...parameters);
    return backbone.pool.query(sql, parameters);
  };
  const outcomes = following([1, 2]);
  const counting = { pool: { query } as unknown as Pool };
  expect((await outcomes(counting)).fates).toMatchObject({ 'took-effect': 1, waiting: 0 });
  await send([2], { ...sale, event_id: 'e2', product_id: 'p-1' });
  expect((await outcomes(counting)).fates).toMatchObject({ 'took-effect': 1, waiting: 1 });
  await consumeWhatCame();
  expect((await outcomes(counting)).fates).toMatchObject({ 'took-effect': 2, waiting: 0 });
  expect(asked).toEqual([[1, 2], [2], [2]]);
});

test('a letter says all that is wrong with it, and which letters are like it', async () => {
  const text =
    '{"event_id":"e1", "quantity": "two", "product_id": "", "order_id":"o1","store_id":"b","timestamp":"then"}';
  await produce(text, text, '{');
  const letter = await wholeLetter(backbone, 2);
  expect(letter?.problems.map(({ path, from, to }) => [path[0], text.slice(from, to)])).toEqual([
    ['product_id', '""'],
    ['quantity', '"two"'],
    ['timestamp', '"then"'],
  ]);
  expect(letter).toMatchObject({
    value: { shown: { text }, cut: false },
    key: { text: 'p-977' },
    like: { letters: 2, unsent: 2, messages: [{ letters: 2 }] },
  });
  await produce(sale);
  const stored = await wholeLetter(backbone, 4);
  const [problem] = stored?.problems ?? [];
  expect(problem).toMatchObject({ path: ['product_id'], reason: 'unknown_product' });
  expect(JSON.stringify(sale).slice(problem?.from, problem?.to)).toBe('"p-977"');
});

test('a letter of a megabyte is cut, and of one without text the bytes are shown', async () => {
  await writeDeadLetters(pool, [
    { value: Buffer.from(JSON.stringify({ note: '\u0001ü'.repeat(400_000) })) },
    { value: Buffer.from([0xff, 0x00]) },
  ]);
  const large = await wholeLetter(backbone, 1);
  expect(large?.value).toMatchObject({ cut: true, length: 3_200_011 });
  expect(JSON.stringify(large).length).toBeLessThan(900_000);
  expect(large?.value?.shown).toHaveProperty('text');
  const header = { name: '\u0001'.repeat(4_000), value: '' };
  await pool.query('update ledger.dead_letters set headers = $1 where dead_letter_id = 1', [
    JSON.stringify(Array.from({ length: 50 }, () => header)),
  ]);
  expect(JSON.stringify(await wholeLetter(backbone, 1)).length).toBeLessThan(450_000);
  expect((await wholeLetter(backbone, 2))?.value).toEqual({ shown: { base64: '/wA=' }, length: 2, cut: false });
  expect(await wholeLetter(backbone, 3)).toBeUndefined();
});

const many = (count: number, first: number) =>
  Array.from({ length: count }, (_, n) => recordOf({ ...sale, event_id: `e${first + n}` }, first + n));

test('of 2,500 letters that are planned all are sent, and none of 300 that come meanwhile', async () => {
  await consume(many(2_500, 0));
  const plan = await planRedrive(backbone, { filter: { reason: 'unknown_product', topic: stream.topic } });
  expect(plan).toMatchObject({
    byTopic: { [stream.topic]: 2_500 },
    refusedAgain: { unknown_product: 2_500 },
    ...{ already: 0, tooLarge: 0 },
  });
  const sending = redriveInBatches(backbone, plan.ids, { by: 'ada', dryRun: false });
  expect((await sending.next()).value).toMatchObject({ of: 2_500, done: 1_000, redriven: 1_000 });
  await consume(many(300, 2_500));
  const rest = [];
  for await (const { done, redriven } of sending) rest.push([done, redriven]);
  expect(rest).toEqual([
    [2_000, 2_000],
    [2_500, 2_500],
  ]);
  const { rows } = await pool.query(
    'select count(*) filter (where redrive_id is null) as left, max(dead_letter_id) filter (where redrive_id is not null) as last from ledger.dead_letters left join ledger.redrives using (dead_letter_id)',
  );
  expect(rows).toEqual([{ left: 300, last: 2_500 }]);
});

test('a page of many letters that few deliveries brought asks for the fates of its own alone', async () => {
  for (let from = 0; from < 2_500; from += 250) await consume(many(250, from), from);
  await send((await planRedrive(backbone, { filter: {} })).ids);
  await consumeWhatCame();
  // As after some minutes: of so few deliveries PostgreSQL keeps no statistics.
  await pool.query('analyze ledger.dead_letters, ledger.redrives, ledger.outbox');
  expect(await blocksOfPage(pool, {}, { after: 2_501, limit: 100 })).toBeLessThan(5_000);
  const { rows } = await listLetters(backbone, {}, { after: 2_501, limit: 100 });
  expect(rows.map(({ redriven }) => redriven?.state)).toEqual(Array.from({ length: 100 }, () => 'came-back'));
});

test('one that is stopped has sent whole batches, and the plan says of the rest what it would do', async () => {
  await stock(pool, 'p-977');
  await consume([...many(2_499, 0).map((record) => ({ ...record, value: Buffer.from('{') })), recordOf('{', 2_499)]);
  const { ids } = await planRedrive(backbone, { filter: {} });
  const stop = new AbortController();
  for await (const { done } of redriveInBatches(backbone, ids, { by: 'ada', dryRun: false, signal: stop.signal })) {
    expect(done).toBe(1_000);
    stop.abort();
  }
  const left = await planRedrive(backbone, { ids });
  expect(left.ids).toEqual(ids.slice(1_000));
  expect(left).toMatchObject({ already: 1_000, refusedAgain: { not_json: 1_500 } });
  expect(await outcomesOf(backbone, ids)).toMatchObject({ fates: { waiting: 1_000 } });
});

test('a plan counts as refused again only what would be, and leaves out what is too large', async () => {
  await produce(sale, { ...sale, product_id: 'p-2', event_id: 'e2' });
  await writeDeadLetters(pool, [{ reason: 'too_large', value: null }]);
  await stock(pool, 'p-2');
  expect(await planRedrive(backbone, { ids: [1, 2, 3, 99] })).toMatchObject({
    ...{ ids: [1, 2], already: 0, tooLarge: 1, refusedAgain: { unknown_product: 1 } },
  });
  expect(await planRedrive(backbone, { filter: { text: 'p-2' } })).toMatchObject({ ids: [2], refusedAgain: {} });
  for (const filter of [{}, { text: 'p-' }])
    await expect(planRedrive(backbone, { filter }, { most: 1 })).rejects.toThrow(TooManyLetters);
  const signal = AbortSignal.abort(new Error('gone'));
  await expect(planRedrive(backbone, { filter: { text: 'p-' } }, { signal })).rejects.toThrow('gone');
});
