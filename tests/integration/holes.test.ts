/** A batch that skips offsets: what expired is a loss, what is still there is asked for, and markers are nothing. */
import kafkajs from 'kafkajs';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { until } from '#localstack/processes/until.ts';
import { Crash } from '../support/crashes.ts';
import { batchOf, eventOf, openSmallShop, range, type SmallShop } from '../support/small-shop.ts';

const { bootstrapServers } = inject('stack').kafka;
let shop: SmallShop;
beforeEach(async () => {
  shop = await openSmallShop();
});
afterEach(() => shop.close());

describe.each(['lake', 'tables'] as const)('a batch for the %s that skips offsets', (sink) => {
  it('has lost what expired in its middle, and says so', async () => {
    const stream = await shop.filled(sink, range(0, 59));
    const records = await shop.held(stream);
    await shop.expireBefore(stream, 50);
    const batch = batchOf(stream, [...records.slice(0, 3), ...records.slice(50)]);
    const consume = await shop.consumer(sink);
    expect(await consume(stream, batch)).toEqual({ accepted: 13, duplicates: 0, rejected: 0, redelivered: 0 });
    const expected = {
      deliveries: [
        [0, 2, 3],
        [50, 59, 10],
      ],
      losses: [[3, 49]],
    };
    expect(await shop.ledger()).toEqual(expected);
    expect(await consume(stream, batch)).toMatchObject({ accepted: 0, redelivered: 13 });
    expect(await shop.ledger()).toEqual(expected);
  });

  it('is rejected while Kafka has one of them', async () => {
    const stream = await shop.filled(sink, range(0, 9));
    const records = await shop.held(stream);
    const consume = await shop.consumer(sink);
    await expect(consume(stream, batchOf(stream, [...records.slice(0, 3), ...records.slice(4)]))).rejects.toThrow(
      'holds offset 3: the event source is ahead of the ledger',
    );
    expect(await shop.ledger()).toEqual({ deliveries: [], losses: [] });
    expect(await consume(stream, batchOf(stream, records))).toMatchObject({ accepted: 10 });
  });

  it('is one delivery if only markers of transactions are missing', async () => {
    const stream = await shop.filled(sink, [0]);
    const client = new kafkajs.Kafka({ brokers: [bootstrapServers], logLevel: kafkajs.logLevel.NOTHING });
    const producer = client.producer({ transactionalId: stream.topic, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const [n, end] of [
      [1, 'commit'],
      [2, 'abort'],
      [3, 'commit'],
    ] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic: stream.topic, messages: [{ key: 'k', value: eventOf(stream, n) }] });
      await transaction[end]();
    }
    await producer.disconnect();
    const isWhole = async () => (await shop.kafka.offsets(stream.topic))[0]?.latest === 7;
    await until(isWhole, { what: 'the last marker is written', within: 30_000 });
    await shop.produce(stream, [4]);
    const records = await shop.held(stream);
    expect(records.map(({ offset }) => offset)).toEqual([0, 1, 5, 7]);
    expect(await (await shop.consumer(sink))(stream, batchOf(stream, records))).toMatchObject({ accepted: 4 });
    expect(await shop.ledger()).toEqual({ deliveries: [[0, 7, 4]], losses: [] });
  });

  it('gets the record that no event can hold from Kafka', async () => {
    const stream = await shop.filled(sink, [0]);
    const producer = await shop.kafka.producer({ compression: 'gzip' });
    await producer.send(stream.topic, [{ key: 'k', value: JSON.stringify({ note: 'x'.repeat(8_000_000) }) }]);
    await producer.close();
    await shop.produce(stream, [2]);
    const records = await shop.held(stream);
    const whole = records.filter(({ leftOut }) => !leftOut);
    const consume = await shop.consumer(sink);
    expect(await consume(stream, batchOf(stream, whole))).toMatchObject({ accepted: 2, rejected: 1 });
    const { rows } = await shop.pool.query('select record_offset, reason from ledger.dead_letters');
    expect(rows).toEqual([{ record_offset: 1, reason: 'too_large' }]);
    // Whichever event source delivers it again, with or without it, it is the same batch.
    for (const again of [whole, records])
      expect(await consume(stream, batchOf(stream, again))).toMatchObject({ accepted: 0, rejected: 0 });
    expect(await shop.ledger()).toEqual({ deliveries: [[0, 2, 3]], losses: [] });
  });
});

it('finds what expired behind a range that a crash left open', async () => {
  const stream = await shop.filled('lake', range(0, 59));
  const records = await shop.held(stream);
  const first = records.slice(0, 3);
  const crashing = await shop.consumer('lake', { ...shop.lake, putOnce: () => Promise.reject(new Crash()) });
  await expect(crashing(stream, batchOf(stream, first))).rejects.toThrow(Crash);
  await shop.expireBefore(stream, 50);
  const open = await shop.pool.query("select first_offset, last_offset from ledger.deliveries where state = 'open'");
  expect(open.rows).toEqual([{ first_offset: 0, last_offset: 2 }]);
  const consume = await shop.consumer('lake');
  await consume(stream, batchOf(stream, [...first, ...records.slice(50)]));
  expect(await shop.ledger()).toEqual({
    losses: [[3, 49]],
    deliveries: [
      [0, 2, 3],
      [50, 59, 10],
    ],
  });
});
