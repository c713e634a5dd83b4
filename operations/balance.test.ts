import { expect, it } from 'vitest';
import { booksOf, lagIn, seemLost } from './balance.ts';
import type { Ledger, LedgerPartition } from './ledger.ts';

const partition: LedgerPartition = {
  ...{ consumer: 'archive-orders', topic: 'orders', partition: 0, start: 10, next: 30, lost: 4 },
  ...{ records: 15, accepted: 9, duplicates: 4, rejected: 2, objects: 1 },
};
const ledger: Ledger = { at: '', partitions: [partition], loads: new Map() };
const kafka = (earliest: number, latest: number) => new Map([['orders', [{ partition: 0, earliest, latest }]]]);

it('counts from where the ledger begins, with gaps as a part', () => {
  const books = { effect: 9, repeats: 4, rejected: 2, gaps: 1, lost: 4 };
  expect(booksOf(ledger, kafka(25, 37))).toEqual({ offsets: 27, ...books, waiting: 7 });
});

it('moves what the loads found to be repeats and conflicts out of what took effect', () => {
  const loads = new Map([['orders', { loads: 1, inserted: 5, duplicates: 3, conflicts: 1 }]]);
  const books = { effect: 5, repeats: 7, rejected: 3, gaps: 1, lost: 4 };
  expect(booksOf({ ...ledger, loads }, kafka(25, 30))).toEqual({ offsets: 20, ...books, waiting: 0 });
});

it('tells what retention removed before the consumer noticed from what waits', () => {
  expect(booksOf(ledger, kafka(33, 37))).toMatchObject({ offsets: 27, waiting: 4, lost: 7 });
  expect(seemLost(ledger, kafka(33, 37))).toBe(true);
  expect(seemLost(ledger, kafka(30, 37))).toBe(false);
  expect(booksOf(ledger, kafka(37, 37))).toMatchObject({ offsets: 27, waiting: 0, lost: 11 });
});

it('begins the account of a partition that was never read with what Kafka has', () => {
  expect(booksOf({ ...ledger, partitions: [] }, kafka(5, 8))).toMatchObject({ offsets: 3, waiting: 3, lost: 0 });
});

it('still adds up if the topic was made anew and ends before the position', () => {
  expect(booksOf(ledger, kafka(0, 3))).toMatchObject({ offsets: 20, waiting: 0, lost: 4 });
});

it('counts what waits in each partition from its position, or from what Kafka has, and never below 0', () => {
  const lag = (...offsets: readonly (readonly [number, number])[]) =>
    lagIn(
      ledger,
      'orders',
      offsets.map(([earliest, latest], partition) => ({ partition, earliest, latest })),
    );
  expect(lag([25, 37], [5, 8])).toBe(7 + 3);
  expect(lag([0, 3], [5, 8])).toBe(3);
});
