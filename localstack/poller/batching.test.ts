import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextBatch, type Queue } from './batching.ts';

const limits = { records: 10, bytes: 1_000, eventWeight: 50, windowMilliseconds: 5_000 };

const queue = (partition: number, count: number, arrivedAt: number, weight = 10): Queue => ({
  partition,
  weight: 20,
  records: Array.from({ length: count }, () => ({ weight, arrivedAt })),
});

const cut = (counts: Record<number, number>) => ({
  kind: 'cut',
  counts: new Map(Object.entries(counts).map(([partition, count]) => [Number(partition), count])),
});

test('without records there is nothing to do', () => {
  expect(nextBatch([], limits, 0)).toEqual({ kind: 'nothing' });
  expect(nextBatch([queue(0, 0, 0)], limits, 0)).toEqual({ kind: 'nothing' });
});

test('the window opens at the first record', () => {
  expect(nextBatch([queue(0, 3, 1_000)], limits, 2_000)).toEqual({ kind: 'wait', milliseconds: 4_000 });
  expect(nextBatch([queue(0, 3, 1_000)], limits, 6_000)).toEqual(cut({ 0: 3 }));
});

test('a batch that is full does not wait', () => {
  expect(nextBatch([queue(0, 25, 0)], limits, 0)).toEqual(cut({ 0: 10 }));
  expect(nextBatch([queue(0, 10, 0)], limits, 0)).toEqual(cut({ 0: 10 }));
});

test('a batch spans partitions, the one that has waited longest first', () => {
  expect(nextBatch([queue(0, 6, 20), queue(1, 7, 10)], limits, 100)).toEqual(cut({ 1: 7, 0: 3 }));
});

test('a batch may weigh exactly the limit', () => {
  const exactly = queue(0, 3, 0, 310);
  expect(nextBatch([exactly], limits, 0)).toEqual(cut({ 0: 3 }));
  expect(nextBatch([exactly], { ...limits, bytes: 999 }, 0)).toEqual(cut({ 0: 2 }));
});

test('a record too large for any event is sent alone', () => {
  const records = [10, 5_000, 10].map((weight) => ({ weight, arrivedAt: 0 }));
  const after = (sent: number) => nextBatch([{ partition: 0, weight: 20, records: records.slice(sent) }], limits, 0);
  expect(after(0)).toEqual(cut({ 0: 1 }));
  expect(after(1)).toEqual(cut({ 0: 1 }));
});

test('a batch exceeds no limit, and is cut early only if the next record would not fit', () => {
  const record = fc.record({ weight: fc.integer({ min: 1, max: 400 }), arrivedAt: fc.nat(10_000) });
  const someQueues = fc
    .array(fc.array(record, { minLength: 1, maxLength: 15 }), { minLength: 1, maxLength: 5 })
    .map((all) => all.map((records, partition) => ({ partition, weight: 20, records })));
  fc.assert(
    fc.property(someQueues, fc.nat(20_000), (queues, now) => {
      const opened = ({ records }: Queue) => records[0]?.arrivedAt ?? 0;
      const oldestFirst = queues.toSorted((a, b) => opened(a) - opened(b));
      const inOrder = oldestFirst.flatMap(({ partition, records }) => records.map((each) => ({ ...each, partition })));
      const wait = Math.min(...queues.map(opened)) + limits.windowMilliseconds - now;

      const batch = nextBatch(queues, limits, now);
      if (batch.kind !== 'cut') {
        expect(batch).toEqual({ kind: 'wait', milliseconds: wait });
        return;
      }

      const size = [...batch.counts.values()].reduce((sum, count) => sum + count, 0);
      const weigh = (records: typeof inOrder) =>
        records.reduce(
          (sum, { weight }) => sum + weight,
          50 + 20 * new Set(records.map((each) => each.partition)).size,
        );
      const fits = (records: typeof inOrder) => records.length <= limits.records && weigh(records) <= limits.bytes;
      const taken = Object.groupBy(inOrder.slice(0, size), ({ partition }) => partition);
      expect(new Map(Object.entries(taken).map(([partition, all]) => [Number(partition), all?.length]))).toEqual(
        new Map([...batch.counts].toSorted(([a], [b]) => a - b)),
      );
      expect(fits(inOrder.slice(0, size))).toBe(true);
      const next = inOrder[size];
      const full = size === limits.records || weigh(inOrder.slice(0, size)) === limits.bytes;
      if (next) expect(fits(inOrder.slice(0, size + 1))).toBe(false);
      else expect(full || wait <= 0).toBe(true);
    }),
  );
});
