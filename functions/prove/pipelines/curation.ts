/** What curation proves: gold is the sum of bronze, and curated is what the warehouse and the shop's history hold. */
import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';
import { WAITING } from '../passing.ts';
import { type Check, check, faultsIn, locate, noFaults, type PartitionRange } from '../proof.ts';
import { query } from '../queries.ts';
import { type ProofOptions, reaches } from '../request.ts';
import type { Sources } from '../sources.ts';
import { sum } from '../sum.ts';
import { announcedCheck } from './announced.ts';
import {
  addUpBronze,
  clicksText,
  type Gold,
  goldDifferences,
  type OrderTotals,
  ordersText,
  purchasesText,
} from './gold.ts';

export async function proveCuration(
  { lake }: Sources,
  transaction: Transaction,
  { depth, curated, coherent }: ProofOptions,
): Promise<Check[]> {
  return [
    ...(reaches(depth, 'rows')
      ? [
          await announcedCheck(transaction),
          await valuesCheck(transaction, curated),
          ...(await goldChecks(lake, transaction)),
        ]
      : []),
    ...(curated
      ? [
          await countCheck(transaction),
          await revenueCheck(transaction),
          await bronzeCheck(transaction),
          await dimensionCheck(transaction, 'customer'),
          await dimensionCheck(transaction, 'product'),
        ]
      : []),
    ...(coherent ? [await purchasesCheck(transaction)] : []),
  ];
}

interface ValueFault {
  readonly order_id: string;
  readonly curated: string;
  readonly source: string;
  readonly total: number;
}

/** @param all also of orders that the batch may not have seen yet */
async function valuesCheck(transaction: Transaction, all = false): Promise<Check> {
  const rows = await query<ValueFault>(transaction, 'curated_values', [all]);
  const describe = ({ order_id, curated, source }: ValueFault) => `order ${order_id}: ${curated}, its source ${source}`;
  return noFaults('curated: every order says what its source says', faultsIn(rows, describe));
}

interface OrderFault {
  readonly order_id: string;
  readonly missing: boolean;
  readonly total: number;
}

async function countCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<OrderFault>(transaction, 'curated_orders');
  const describe = ({ order_id, missing }: OrderFault) =>
    `order ${order_id} is ${missing ? 'not in curated' : 'in curated only'}`;
  return noFaults('curated: every order of the warehouse and of shop.orders, and no other', faultsIn(rows, describe));
}

/** Customers or products are as the shop has them, and those that only orders mention as these say. */
async function dimensionCheck(transaction: Transaction, what: 'customer' | 'product'): Promise<Check> {
  const rows = await query<{ id: string; total: number }>(transaction, `curated_${what}s`);
  const name = `curated: every ${what} is as the shop or its orders say, and every order has its ${what}`;
  return noFaults(
    name,
    faultsIn(rows, ({ id }) => `${what} ${id}`),
  );
}

async function revenueCheck(transaction: Transaction): Promise<Check> {
  const [found] = await query<Record<'source' | 'curated', string>>(transaction, 'curated_revenue');
  const { source = '', curated = '' } = found ?? {};
  return check('curated: orders and revenue of each currency = warehouse and history, to the cent', source, curated);
}

/** The simulator makes a purchase for every order, so gold must know the same orders as the warehouse. */
async function purchasesCheck(transaction: Transaction): Promise<Check> {
  const [found] = await query<Record<'warehouse' | 'gold', string>>(transaction, 'gold_purchases');
  const { warehouse = '', gold = '' } = found ?? {};
  return check('gold: orders, credits and revenue of each currency = warehouse, to the cent', warehouse, gold);
}

interface BronzeObject extends PartitionRange {
  readonly objectKey: string;
  /** The days on which its events occurred, as the aggregation noted them; null if it waits. */
  readonly days: string | null;
}

const bronzeObjects = (transaction: Transaction, { areAggregated }: { areAggregated: boolean }) =>
  query<BronzeObject>(transaction, 'gold_bronze_objects', [streams.userEvents.consumer, areAggregated]);

async function bronzeCheck(transaction: Transaction): Promise<Check> {
  const rows = await bronzeObjects(transaction, { areAggregated: false });
  const waiting = rows.map((object) => `${locate(object)}: ${object.objectKey}`);
  return check(`gold: ${WAITING.bronze}`, 0, waiting.length, waiting);
}

/** Reads every event of the aggregated objects again. */
async function goldChecks(lake: Lake, transaction: Transaction): Promise<Check[]> {
  const bronze = addUpBronze();
  const unreadable: string[] = [];
  const wrongDays: string[] = [];
  const objects = await bronzeObjects(transaction, { areAggregated: true });
  for (const object of objects)
    try {
      const days = new Set<string>();
      for (const line of readLines(await lake.read(object.objectKey))) days.add(bronze.add(line));
      const found = [...days].sort().join(', ');
      if (found !== object.days) wrongDays.push(`${locate(object)}: ${found} in bronze, ${object.days} in gold`);
    } catch (error) {
      unreadable.push(`${locate(object)}: ${object.objectKey} can't be read: ${(error as Error).message}`);
    }
  const expected = bronze.gold();
  const actual = await readGold(transaction);
  const compare = (name: string, of: 'clicks' | 'orders' | 'purchases') => {
    const off = [...unreadable, ...goldDifferences(expected[of], actual[of])];
    return check(name, expected[of].size, actual[of].size, off);
  };
  return [
    compare('gold: clicks of each day and product = clicks in bronze', 'clicks'),
    compare('gold: orders, credits and revenue of each day and currency = purchases in bronze, to the cent', 'orders'),
    check('gold: every object with the days of its events', objects.length, objects.length - wrongDays.length, [
      ...unreadable,
      ...wrongDays,
    ]),
    compare('gold: the purchase of each order, by day = bronze', 'purchases'),
    check('gold: orders and credits = different orders in bronze', expected.orderIds.size, actual.counted, unreadable),
  ];
}

interface ActualGold extends Pick<Gold, 'clicks' | 'orders' | 'purchases'> {
  /** Orders and credits of all days. */
  readonly counted: number;
}

async function readGold(transaction: Transaction): Promise<ActualGold> {
  const clicks = await query<{ key: string; clicks: number; visitors: number }>(transaction, 'gold_clicks');
  const orders = await query<OrderTotals & { readonly key: string }>(transaction, 'gold_orders');
  const purchases = await query<{ key: string; purchases: number; fingerprint: string }>(
    transaction,
    'gold_purchase_days',
  );
  return {
    clicks: new Map(clicks.map((row) => [row.key, clicksText(row.clicks, row.visitors)])),
    orders: new Map(orders.map((row) => [row.key, ordersText(row)])),
    purchases: new Map(purchases.map((row) => [row.key, purchasesText(row.purchases, BigInt(row.fingerprint))])),
    counted: sum(orders, ({ orders, credits }) => orders + credits),
  };
}
