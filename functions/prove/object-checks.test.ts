import { expect, it } from 'vitest';
import type { CommittedDelivery } from './ledger-totals.ts';
import { objectsToCheck } from './object-checks.ts';

const delivery = (deliveryId: number, objectKey: string | null = 'key') =>
  ({ deliveryId, objectKey }) as CommittedDelivery;
const deliveries = [delivery(4), delivery(1), delivery(2, null), delivery(3)];
const ids = (options: Parameters<typeof objectsToCheck>[1]) =>
  objectsToCheck(deliveries, options, 2).map(({ deliveryId }) => deliveryId);

it('looks at the oldest objects if there are too many for one proof, and at all if it is told to', () => {
  expect(ids({ depth: 'objects' })).toEqual([1, 3]);
  expect(ids({ depth: 'objects', all: true })).toEqual([4, 1, 3]);
  expect(ids({ depth: 'rows' })).toEqual([4, 1, 3]);
  expect(ids({ depth: 'books', all: true })).toEqual([]);
});
