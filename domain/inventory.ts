/**
 * Stock is what the newest count of a product found and the sum of the movements after it; without a count, what was there at the
 * beginning and the sum of all movements (docs/decisions/025-stock-counts.md). In whatever order they come, it is the same.
 */
import type * as z from 'zod';
import type { EventColumns } from './event-columns.ts';
import type { onlineOrderEvent } from './streams/online-orders.ts';
import type { stockCountEvent } from './streams/stock-counts.ts';
import type { storeSaleEvent } from './streams/store-sales.ts';
import type { supplierRestockEvent } from './streams/supplier-restocks.ts';

export type Movement = z.infer<typeof onlineOrderEvent | typeof storeSaleEvent | typeof supplierRestockEvent>;
export type StockCount = z.infer<typeof stockCountEvent>;

export const isCount = (event: Movement | StockCount): event is StockCount => 'counted' in event;

/** Pieces that the event adds to the shelf; negative for a sale. */
export function changeOf(event: Movement): number {
  return 'supplier_id' in event ? event.quantity : -event.quantity;
}

/** What each of these events says, which are of one topic: pieces that it adds, or that were counted. */
export function piecesOf({ columns }: EventColumns): number[] {
  const integers = columns.find(({ name }) => name === 'quantity' || name === 'counted')?.values as Int32Array;
  const isSale = !columns.some(({ name }) => name === 'supplier_id' || name === 'counted');
  return Array.from(integers, (each) => (isSale ? -each : each));
}

/** The newest count that a shelf knows. */
export type NewestCount = Pick<StockCount, 'counted_at' | 'count_id'>;

export interface Shelf {
  readonly onHand: number;
  /** Null if it was never counted. */
  readonly newest: NewestCount | null;
}

/** Two counts of the same microsecond are told apart by their ids, so that whichever comes last, the same one holds. */
export const isNewer = (count: NewestCount, than: NewestCount | null): boolean =>
  than === null ||
  count.counted_at > than.counted_at ||
  (count.counted_at === than.counted_at && Buffer.compare(Buffer.from(count.count_id), Buffer.from(than.count_id)) > 0);

/** The newest of these counts of a product, if it is newer than what its shelf knows. */
export function newestOf<Count extends NewestCount>(counts: readonly Count[], { newest }: Shelf): Count | undefined {
  return counts.reduce<Count | undefined>((best, count) => (isNewer(count, best ?? newest) ? count : best), undefined);
}

/**
 * Pieces that the newest count adds to the shelf, so that it has what was counted and what moved since; negative if some are missing.
 *
 * @param movedSince the sum of the movements after `counted_at` that were there before the count came
 */
export const adjustmentOf = ({ counted }: Pick<StockCount, 'counted'>, { onHand }: Shelf, movedSince: number): number =>
  counted + movedSince - onHand;
