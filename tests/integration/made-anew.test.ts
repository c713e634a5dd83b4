/** A topic that was deleted and made anew has other records under offsets that were consumed: none of them is lost in silence. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { republish } from '#delivery/republish.ts';
import type { KafkaRecord } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { Crash } from '../support/crashes.ts';
import { batchOf, openSmallShop, range, type SinkName, type SmallShop } from '../support/small-shop.ts';
import { makeTopicAnew } from '../support/topics.ts';

const OTHERS = 'got others: the topic was deleted and made anew';

let shop: SmallShop;
beforeEach(async () => {
  shop = await openSmallShop();
});
afterEach(() => shop.close());

/** Deletes the topic and makes it anew with the events from number 100 on in each partition. */
async function makeAnew(stream: Stream, length: number): Promise<void> {
  await makeTopicAnew(inject('stack').kafka.bootstrapServers, stream.topic, stream.partitions);
  await shop.reconnect();
  await shop.kafka.createTopics([stream]);
  for (let partition = 0; partition < stream.partitions; partition++)
    await shop.produce(stream, length > 0 ? range(100, 99 + length).map((n) => n + 1_000 * partition) : [], partition);
}

/** A topic whose first 40 records were consumed in two deliveries, before it was made anew. */
async function consumedAndMadeAnew(sink: SinkName, length: number) {
  const stream = await shop.filled(sink, range(0, 39));
  const consume = await shop.consumer(sink);
  const records = await shop.held(stream);
  await consume(stream, batchOf(stream, records.slice(0, 10)));
  await consume(stream, batchOf(stream, records.slice(10)));
  await makeAnew(stream, length);
  return { stream, consume, records };
}

describe.each(['lake', 'tables'] as const)('for the %s', (sink) => {
  it('is noticed at the first batch, however it is cut, and goes on without loss', async () => {
    const { stream, consume, records } = await consumedAndMadeAnew(sink, 68);
    const others = await shop.held(stream);
    const before = await shop.ledger();
    for (const [from, to] of [
      [0, 68],
      [0, 10],
      [0, 28],
      [5, 8],
      [39, 60],
    ] as const)
      await expect(consume(stream, batchOf(stream, others.slice(from, to)))).rejects.toThrow(OTHERS);
    expect(await shop.ledger()).toEqual(before);
    expect(await shop.effects(sink)).toEqual(range(0, 39));
    // The same records as before are a redelivery, however they are cut.
    for (const [from, to] of [
      [0, 40],
      [0, 10],
      [0, 28],
      [5, 8],
      [39, 40],
    ] as const)
      expect(await consume(stream, batchOf(stream, records.slice(from, to)))).toMatchObject({
        accepted: 0,
        redelivered: to - from,
      });

    const { kafka, pool } = shop;
    expect(await republish({ kafka, pool, stream })).toEqual([{ partition: 0, position: 40, moved: 40 }]);
    // The event source may still have a batch of before.
    expect(await consume(stream, batchOf(stream, others.slice(0, 28)))).toMatchObject({ redelivered: 28 });
    await consume(stream, batchOf(stream, await shop.held(stream)));
    expect(await shop.effects(sink)).toEqual([...range(0, 39), ...range(100, 167)]);
    expect((await shop.ledger()).losses).toEqual([]);
    expect(await republish({ kafka, pool, stream })).toEqual([]);
  });

  it.each([7, 0])('goes on though %i records are all that it has', async (length) => {
    const { stream, consume } = await consumedAndMadeAnew(sink, length);
    const { kafka, pool } = shop;
    expect(await republish({ kafka, pool, stream })).toEqual([{ partition: 0, position: 40, moved: length }]);
    await shop.produce(stream, range(200, 202));
    const left = await shop.held(stream);
    await consume(stream, batchOf(stream, left));
    expect(await shop.effects(sink)).toEqual([...range(0, 39), ...range(100, 99 + length), ...range(200, 202)]);
    expect((await shop.ledger()).losses).toEqual([]);
    expect((await pool.query('select from ledger.dead_letters')).rowCount).toBe(0);
    const [{ headers, timestamp, key } = {} as KafkaRecord] = left;
    expect({ key, headers }).toEqual({ key: Buffer.from('k'), headers: [{ name: 'trace', value: Buffer.from('t') }] });
    expect(timestamp).toBe(1_765_411_201_000 + (length > 0 ? 100 : 200));
  });

  it('is noticed where the first records had expired before they were consumed, and nothing of it is removed unread', async () => {
    const stream = await shop.filled(sink, range(0, 59));
    await shop.expireBefore(stream, 50);
    const consume = await shop.consumer(sink);
    await consume(stream, batchOf(stream, await shop.held(stream)));
    expect(await shop.ledger()).toEqual({ deliveries: [[50, 59, 10]], losses: [] });
    await makeAnew(stream, 30);
    await expect(consume(stream, batchOf(stream, await shop.held(stream)))).rejects.toThrow(OTHERS);
    const { kafka, pool } = shop;
    expect(await republish({ kafka, pool, stream })).toEqual([{ partition: 0, position: 60, moved: 30 }]);
    await consume(stream, batchOf(stream, await shop.held(stream)));
    expect(await shop.effects(sink)).toEqual([...range(50, 59), ...range(100, 129)]);
  });

  it('is noticed where deliveries have no filter, and a redelivery is none', async () => {
    const { stream, consume, records } = await consumedAndMadeAnew(sink, 30);
    await shop.pool.query('delete from ledger.delivery_ids');
    await expect(consume(stream, batchOf(stream, (await shop.held(stream)).slice(12)))).rejects.toThrow(OTHERS);
    await makeAnew(stream, 0);
    await shop.produce(stream, range(0, 39));
    const again = (await shop.held(stream)).slice(12, 20);
    expect(again.map(({ value }) => value)).toEqual(records.slice(12, 20).map(({ value }) => value));
    expect(await consume(stream, batchOf(stream, again))).toMatchObject({ redelivered: 8 });
  });
});

it('only a partition with other records is moved', async () => {
  const stream = await shop.filled('tables', range(0, 9), 2);
  const consume = await shop.consumer('tables');
  await consume(stream, batchOf(stream, await shop.held(stream)));
  await makeAnew(stream, 20);
  const { kafka, pool } = shop;
  expect(await republish({ kafka, pool, stream })).toEqual([{ partition: 0, position: 10, moved: 10 }]);
  for (const partition of [0, 1]) await consume(stream, batchOf(stream, await shop.held(stream, partition), partition));
  expect(await shop.effects('tables')).toEqual([...range(0, 9), ...range(100, 119), ...range(1_100, 1_119)]);
});

it('a range that a crash left open with other records is abandoned', async () => {
  const stream = await shop.filled('lake', range(0, 19));
  const consume = await shop.consumer('lake');
  const records = await shop.held(stream);
  await consume(stream, batchOf(stream, records.slice(0, 10)));
  const crashing = await shop.consumer('lake', { ...shop.lake, putOnce: () => Promise.reject(new Crash()) });
  await expect(crashing(stream, batchOf(stream, records.slice(10)))).rejects.toThrow(Crash);
  const { kafka, pool } = shop;
  expect(await republish({ kafka, pool, stream })).toEqual([]);

  await makeAnew(stream, 30);
  await expect(consume(stream, batchOf(stream, (await shop.held(stream)).slice(10)))).rejects.toThrow(OTHERS);
  expect(await republish({ kafka: shop.kafka, pool, stream })).toEqual([{ partition: 0, position: 10, moved: 10 }]);
  await consume(stream, batchOf(stream, await shop.held(stream)));
  expect(await shop.effects('lake')).toEqual([...range(0, 9), ...range(100, 129)]);
});
