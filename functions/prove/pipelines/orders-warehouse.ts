/** Whether the warehouse holds what the loads say they put there: counts and sums for each delivery, by SQL alone. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { formatCents } from '#domain/money.ts';
import type { CommittedDelivery, LoadCounts } from '../ledger-totals.ts';
import { type Check, check, locate } from '../proof.ts';
import { query } from '../queries.ts';
import { exactCents, sum } from '../sum.ts';
import { unchangedCheck } from './unchanged.ts';

interface Held {
  readonly rows: number;
  readonly amount: string;
  /** Decimal text. */
  readonly fingerprint: string;
}

export interface Warehouse {
  readonly rows: number;
  /** Undefined unless all of it was read. */
  readonly keys: number | undefined;
  /** Decimal text. */
  readonly amount: string;
  /** Delivery id → what the table holds of it. */
  readonly deliveries: ReadonlyMap<number, Held>;
}

export type Loaded = CommittedDelivery & { readonly load: LoadCounts };

export const isLoaded = (delivery: CommittedDelivery): delivery is Loaded => delivery.load !== null;

/** @param only the deliveries to read; all of the warehouse if undefined */
export async function readWarehouse(transaction: Transaction, only?: readonly CommittedDelivery[]): Promise<Warehouse> {
  const ids = only?.map(({ deliveryId }) => deliveryId);
  const range = ids
    ? [ids.reduce((a, b) => Math.min(a, b), Number.MAX_SAFE_INTEGER), ids.reduce((a, b) => Math.max(a, b), 0)]
    : [null, null];
  const found = await query<Held & { delivery_id: number }>(transaction, 'warehouse_deliveries', range);
  const wanted = ids && new Set(ids);
  const deliveries = new Map(
    found.flatMap(({ delivery_id, ...held }) => (wanted?.has(delivery_id) === false ? [] : [[delivery_id, held]])),
  );
  if (wanted) {
    const held = [...deliveries.values()];
    const amount = formatCents(cents(held.map((each) => each.amount)));
    return { rows: sum(held, ({ rows }) => rows), keys: undefined, amount, deliveries };
  }
  const [totals] = await query<{ rows: number; keys: number; amount: string }>(transaction, 'warehouse_totals');
  return { rows: 0, keys: 0, amount: '0.00', ...totals, deliveries };
}

export function warehouseChecks(name: string, deliveries: readonly CommittedDelivery[], warehouse: Warehouse): Check[] {
  const loaded = deliveries.filter(isLoaded);
  const known = new Set(loaded.map(({ deliveryId }) => deliveryId));
  const foreign = [...warehouse.deliveries.keys()].filter((id) => !known.has(id));
  const lakeAmount = cents(loaded.map(({ amount }) => amount));
  const repeatedAmount = cents(loaded.map(({ load }) => load.repeatedAmount));
  return [
    check(
      `${name}: rows of loaded objects = warehouse rows + repeats`,
      sum(loaded, ({ accepted }) => accepted),
      warehouse.rows + sum(loaded, ({ load }) => load.duplicates + load.conflicts),
      [
        ...loaded.flatMap((delivery) => rowsOff(delivery, warehouse)),
        ...foreign.map((id) => `delivery ${id}: rows in the warehouse that no load put there`),
      ],
    ),
    ...(warehouse.keys === undefined
      ? []
      : [check(`${name}: every key once in the warehouse`, warehouse.rows, warehouse.keys)]),
    check(
      `${name}: money of loaded objects = warehouse + repeats, to the cent`,
      formatCents(lakeAmount),
      formatCents(cents([warehouse.amount]) + repeatedAmount),
      loaded.flatMap((delivery) => moneyOff(delivery, warehouse)),
    ),
    unchangedCheck(
      `${name}: the rows of the warehouse are as they were loaded`,
      loaded.map((delivery) => ({ ...delivery, isUnchanged: isUnchanged(delivery, warehouse) })),
    ),
    check(
      `${name}: conflicts stand in the dead letters`,
      sum(loaded, ({ load }) => load.conflicts),
      sum(loaded, ({ load }) => load.conflictLetters),
    ),
  ];
}

function rowsOff(delivery: Loaded, { deliveries }: Warehouse): string[] {
  const rows = deliveries.get(delivery.deliveryId)?.rows ?? 0;
  const { inserted, rows: read } = delivery.load;
  if (rows === inserted && read === delivery.accepted) return [];
  return [`${locate(delivery)}: ${delivery.accepted} in the lake, ${inserted} inserted, ${rows} in the warehouse`];
}

function moneyOff(delivery: Loaded, { deliveries }: Warehouse): string[] {
  const amount = deliveries.get(delivery.deliveryId)?.amount ?? '0.00';
  const { insertedAmount, repeatedAmount } = delivery.load;
  if (amount === insertedAmount && cents([delivery.amount]) === cents([insertedAmount, repeatedAmount])) return [];
  return [
    `${locate(delivery)}: ${delivery.amount} in the lake, ${insertedAmount} inserted, ` +
      `${repeatedAmount} repeated, ${amount} in the warehouse`,
  ];
}

function isUnchanged({ deliveryId, load }: Loaded, { deliveries }: Warehouse): boolean {
  return load.rowsFingerprint === null || load.rowsFingerprint === deliveries.get(deliveryId)?.fingerprint;
}

/** Sum of decimal texts with two decimals, in cents. */
const cents = (amounts: readonly string[]): bigint => amounts.reduce((total, amount) => total + exactCents(amount), 0n);
