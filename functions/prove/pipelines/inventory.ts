/** What the inventory pipeline proves: stock, orders and the log of events agree with each other and with the ledger. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { consumedBy, streams } from '#domain/streams.ts';
import { type Check, check, faultsIn, locate, noFaults, type PartitionRange } from '../proof.ts';
import type { Proving } from '../proving.ts';
import { query } from '../queries.ts';
import { type ProofOptions, reaches } from '../request.ts';
import { partsOf, queryParts, type Scope } from '../scope.ts';
import type { Sources } from '../sources.ts';
import type { ProvenStream } from '../stream.ts';
import { sum } from '../sum.ts';
import type { Movements } from './movements.ts';
import { unchangedCheck, type Written } from './unchanged.ts';

/** Stock as it is, by product. */
export interface Stock {
  readonly product_id: string;
  readonly opening: number;
  readonly onHand: number;
  /** The note of the sum of its movements that are closed; null if there is none. */
  readonly closed: number | null;
  /** It has movements, and no row in inventory.inventory. */
  readonly isGone: boolean;
}

export const readStock = (transaction: Transaction): Promise<Stock[]> => query<Stock>(transaction, 'inventory_stock');

/** Product → the note of the sum of its movements that are closed. */
export const notedIn = (stock: readonly Stock[]): ReadonlyMap<string, number> =>
  new Map(stock.flatMap(({ product_id, closed }) => (closed === null ? [] : [[product_id, closed] as const])));

export async function proveStock(
  { transaction, options: { depth }, scope }: Proving,
  stock: readonly Stock[],
  movements: Movements,
): Promise<Check[]> {
  return [
    stockCheck(stock, movements),
    await countsCheck(transaction, scope),
    ...closedStockChecks(movements, scope),
    await ordersCheck(transaction, scope, movements),
    await strayCheck(transaction, scope),
    await reportsCheck(transaction),
    ...(reaches(depth, 'rows') ? [await announcedCheck(transaction)] : []),
  ];
}

/** Per product: stock = opening + the sum of all processed changes, a count's among them. */
function stockCheck(stock: readonly Stock[], { sums }: Movements): Check {
  const known = new Map(stock.map((each) => [each.product_id, each]));
  const products = [...new Set([...known.keys(), ...sums.keys()])].sort();
  const rows = products.map((product) => {
    const { opening = 0, onHand = 0, isGone = true } = known.get(product) ?? {};
    const moved = sums.get(product);
    return { product, due: opening + (moved ?? 0), onHand, isGone: isGone && moved !== undefined };
  });
  const off = rows.filter(({ due, onHand, isGone }) => due !== onHand || isGone);
  return check(
    'inventory: stock = opening + sum of all changes, for every product',
    sum(rows, ({ due }) => due),
    sum(rows, ({ onHand }) => onHand),
    off.map(
      ({ product, due, onHand, isGone }) =>
        `product ${product}: ${due} due, ${isGone ? 'not in inventory.inventory' : `${onHand} on hand`}`,
    ),
  );
}

interface CountFault {
  readonly product_id: string;
  /** The newest count of the log; null if it has none. */
  readonly count: string | null;
  readonly due: number | null;
  readonly onHand: number | null;
  /** The shelf names that count. */
  readonly isNamed: boolean;
  readonly total: number;
}

/** Of products that were counted; where not all is read, since what is closed. */
async function countsCheck(transaction: Transaction, scope: Scope): Promise<Check> {
  const { stockCounts } = streams;
  const rows: CountFault[][] = [];
  for (const part of partsOf(scope, stockCounts))
    rows.push(await query<CountFault>(transaction, 'inventory_counts', [stockCounts.topic, ...part]));
  const describe = ({ product_id, count, due, onHand, isNamed }: CountFault) =>
    count === null
      ? `product ${product_id}: its shelf names a count, the log has none`
      : `product ${product_id}: ${due} due by count ${count} and what moved since, ${onHand} on hand` +
        (isNamed ? '' : '; its shelf names another count');
  return noFaults(
    'inventory: stock = newest count + movements since, for every counted product',
    ...rows.map((part) => faultsIn(part, describe)),
  );
}

/** Where all was read: the note of the closed movements = the log. */
function closedStockChecks({ closedInLog, noted }: Movements, { closing }: Scope): Check[] {
  if (!closedInLog || closing.closedAt === null) return [];
  const off = [...new Set([...noted.keys(), ...closedInLog.keys()])].sort().flatMap((product) => {
    const [note, log] = [noted.get(product) ?? 0, closedInLog.get(product) ?? 0];
    return note === log ? [] : [`product ${product}: ${note} in the note, ${log} in the log`];
  });
  const total = (changes: Iterable<number>) => sum([...changes], (change) => change);
  const name = 'inventory: the movements that were closed are as they were proved';
  return [check(name, total(noted.values()), total(closedInLog.values()), off)];
}

async function reportsCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<{ day: string; total: number }>(transaction, 'inventory_reports');
  return noFaults(
    'inventory: every report is as it was written',
    faultsIn(rows, ({ day }) => `the report of ${day}`),
  );
}

/** Those of the last week; how many there ever were is counted at every depth (outbox.ts). */
async function announcedCheck(transaction: Transaction): Promise<Check> {
  const rows = await query<AnnouncementFault>(transaction, 'inventory_announced');
  const about = ({ event_id, product_id }: AnnouncementFault) =>
    event_id ? `event ${event_id}` : product_id ? `product ${product_id}` : 'no event';
  return noFaults(
    'inventory: every announcement says what log and stock say, and says it once',
    faultsIn(rows, (row) => `message ${row.number}: ${about(row)}`),
  );
}

interface AnnouncementFault {
  /** Of the outbox or of the announcements. */
  readonly number: number;
  readonly event_id: string | null;
  /** Of an announcement: the one of which it says otherwise. */
  readonly product_id: string | null;
  readonly total: number;
}

interface SaleFault {
  readonly event_id: string;
  readonly logged: string | null;
  readonly ordered: string | null;
  readonly total: number;
}

/** Every processed sale stands in inventory.orders with all that the log says of it, and nothing else does. */
async function ordersCheck(transaction: Transaction, scope: Scope, { read }: Movements): Promise<Check> {
  const rows = await overTopics<SaleFault>(transaction, 'inventory_orders', [], scope);
  const [total] = scope.all ? await query<{ orders: number }>(transaction, 'inventory_orders_total') : [];
  // Both have an event once, so as many are the same ones, unless some differ.
  const isEven = total === undefined || (total.orders === read.sales && rows.flat().length === 0);
  const unlogged = isEven ? [] : await query<SaleFault>(transaction, 'inventory_orders_unlogged');
  const describe = ({ event_id, logged, ordered }: SaleFault) =>
    `event ${event_id}: ${logged} in the log, ${ordered} in orders`;
  const name = 'inventory: every sale of the log stands in orders';
  return noFaults(name, ...rows.map((part) => faultsIn(part, describe)), faultsIn(unlogged, describe));
}

interface Stray {
  readonly topic: string;
  readonly partition: number;
  readonly kafka_offset: number;
  readonly total: number;
}

/** An event that was written into the log by hand may agree with stock and orders, though Kafka never had it. */
async function strayCheck(transaction: Transaction, scope: Scope): Promise<Check> {
  const rows = await overTopics<Stray>(transaction, 'inventory_strays', [streams.onlineOrders.consumer], scope);
  const describe = ({ topic, partition, kafka_offset }: Stray) =>
    locate({ topic, partition, firstOffset: kafka_offset, lastOffset: kafka_offset });
  return noFaults(
    'inventory: every event of the log came in a delivery',
    ...rows.map((part) => faultsIn(part, describe)),
  );
}

/** Of the log at once, or of each topic and partition since what is closed: the last three parameters. */
async function overTopics<Row extends object>(
  transaction: Transaction,
  name: string,
  values: readonly unknown[],
  scope: Scope,
): Promise<Row[][]> {
  if (scope.all) return [await query<Row>(transaction, name, [...values, null, null, null])];
  const found: Row[][] = [];
  for (const stream of consumedBy(streams.onlineOrders.consumer))
    for (const part of partsOf(scope, stream))
      found.push(await query<Row>(transaction, name, [...values, stream.topic, ...part]));
  return found;
}

/** What a stream of movements proves beyond what every stream does. */
export async function proveLog(
  { stream }: ProvenStream,
  _: Sources,
  transaction: Transaction,
  __: ProofOptions,
  scope: Scope,
) {
  return { checks: await logChecks(transaction, stream, scope) };
}

type LogCounts = PartitionRange &
  Record<'processed' | 'duplicate' | 'rejected' | 'accepted' | 'duplicates' | 'refused', number> &
  Written;

/** The log has a row for each record, with the outcome that the ledger counted, as it was written. */
async function logChecks(
  transaction: Transaction,
  { consumer, topic }: ProvenStream['stream'],
  scope: Scope,
): Promise<Check[]> {
  const parts = partsOf(scope, { consumer, topic });
  const rows = await queryParts<LogCounts>(transaction, 'inventory_log', [consumer, topic], parts);
  const off = rows.filter(
    (row) => row.processed !== row.accepted || row.duplicate !== row.duplicates || row.rejected !== row.refused,
  );
  return [
    check(
      `${topic}: the log has every record with its outcome`,
      sum(rows, ({ accepted, duplicates, refused }) => accepted + duplicates + refused),
      sum(rows, ({ processed, duplicate, rejected }) => processed + duplicate + rejected),
      off.map(
        (row) =>
          `${locate(row)}: ${row.accepted} + ${row.duplicates} + ${row.refused} in the ledger, ` +
          `${row.processed} + ${row.duplicate} + ${row.rejected} in the log`,
      ),
    ),
    unchangedCheck(`${topic}: the log's rows are as they were written`, rows),
  ];
}
