/** What the log's movements come to, by product: those that are closed, and those since. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { consumedBy, streams } from '#domain/streams.ts';
import { partsOf, queryParts, type Scope } from '../scope.ts';

export interface Movements {
  /** How many were read, and how many of these are sales. */
  readonly read: { readonly movements: number; readonly sales: number };
  /** Product → the sum of all its movements. */
  readonly sums: ReadonlyMap<string, number>;
  /** Product → the sum of those that are closed, added up from the log; undefined unless all was read. */
  readonly closedInLog: ReadonlyMap<string, number> | undefined;
  /** Product → the sum of its closed movements, by the note. */
  readonly noted: ReadonlyMap<string, number>;
}

interface Moved {
  readonly product_id: string;
  readonly movements: number;
  readonly sales: number;
  readonly change: number;
  readonly closed: number;
}

/** @param closed product → the sum of its closed movements, by the note */
export async function readMovements(
  transaction: Transaction,
  scope: Scope,
  closed: ReadonlyMap<string, number>,
): Promise<Movements> {
  const found: Moved[][] = [];
  if (scope.all) found.push(await queryParts<Moved>(transaction, 'inventory_movements', [null], [[null, null]]));
  else
    for (const stream of consumedBy(streams.onlineOrders.consumer))
      found.push(await queryParts<Moved>(transaction, 'inventory_movements', [stream.topic], partsOf(scope, stream)));
  const rows = found.flat();
  const sums = new Map(scope.all ? [] : closed);
  const read = { movements: 0, sales: 0 };
  for (const { product_id, movements, sales, change } of rows) {
    sums.set(product_id, (sums.get(product_id) ?? 0) + change);
    read.movements += movements;
    read.sales += sales;
  }
  const closedInLog = scope.all ? new Map(rows.map((row) => [row.product_id, row.closed])) : undefined;
  return { read, sums, closedInLog, noted: closed };
}
