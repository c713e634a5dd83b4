/**
 * Sets the stock of counted products. Their shelves are locked first, so nothing moves them while what moved since the count is added up.
 */
import { arrayParameter } from '#adapters/postgres/array-parameter.ts';
import { overtaken, type Transaction } from '#adapters/postgres/index.ts';
import { adjustmentOf, newestOf, type Shelf, type StockCount } from '#domain/inventory.ts';
import { formatMicros } from '#domain/time.ts';
import { FIND_PROCESSED, LOCK_SHELVES, type Processed, SET_STOCK, SUM_MOVEMENTS } from './statements.ts';

interface Placed {
  readonly offset: number;
  readonly event: StockCount;
}

/** @throws an error that is tried again, if another partition has brought the same id in between */
export async function setStock(
  transaction: Transaction,
  records: readonly Placed[],
  columns: readonly unknown[],
): Promise<Processed> {
  const shelves = await lockShelves(transaction, new Set(records.map(({ event }) => event.product_id)));
  const firsts = await firstsOf(
    transaction,
    records.filter(({ event }) => shelves.has(event.product_id)),
  );
  const settling = [...Map.groupBy(firsts, ({ event }) => event.product_id)].flatMap(([product, counts]) => {
    const newest = newestOf(
      counts.map(({ event }) => event),
      shelves.get(product) as Shelf,
    );
    return newest ? [newest] : [];
  });
  const moved = await sumMovements(transaction, settling);
  const changes = new Map(
    settling.map((count) => {
      const shelf = shelves.get(count.product_id) as Shelf;
      return [count.count_id, adjustmentOf(count, shelf, moved.get(count.product_id) ?? 0)];
    }),
  );
  const counted = new Set(firsts.map(({ event }) => event.product_id));
  const { rows } = await transaction.query<Processed>(SET_STOCK, [
    ...columns,
    arrayParameter(
      'bigint',
      firsts.map(({ offset }) => offset),
    ),
    arrayParameter(
      'bigint',
      firsts.map(({ event }) => changes.get(event.count_id) ?? 0),
    ),
    settling.map(({ product_id }) => product_id),
    arrayParameter(
      'bigint',
      settling.map((count) => count.counted + (moved.get(count.product_id) ?? 0)),
    ),
    arrayParameter(
      'timestamp',
      settling.map(({ counted_at }) => counted_at),
    ),
    settling.map(({ count_id }) => count_id),
    JSON.stringify(Object.fromEntries([...counted].map((product) => [product, shelves.get(product)?.onHand]))),
  ]);
  const [done = { processed: 0, fingerprint: '0' }] = rows;
  if (done.processed !== firsts.length)
    throw overtaken(`${firsts.length - done.processed} counts came by another partition`);
  return done;
}

async function lockShelves(transaction: Transaction, products: ReadonlySet<string>): Promise<Map<string, Shelf>> {
  type Row = { product_id: string; onHand: number; count_id: string | null; counted_at: string | null };
  const { rows } = await transaction.query<Row>(LOCK_SHELVES, [[...products]]);
  return new Map(
    rows.map(({ product_id, onHand, count_id, counted_at }) => {
      const newest = count_id === null || counted_at === null ? null : { count_id, counted_at: BigInt(counted_at) };
      return [product_id, { onHand, newest }];
    }),
  );
}

/** The first of each id, of those that are new. */
async function firstsOf(transaction: Transaction, records: readonly Placed[]): Promise<Placed[]> {
  const ids = new Map<string, Placed>();
  for (const record of records) if (!ids.has(record.event.count_id)) ids.set(record.event.count_id, record);
  const { rows } = await transaction.query<{ event_id: string }>(FIND_PROCESSED, [[...ids.keys()]]);
  for (const { event_id } of rows) ids.delete(event_id);
  return [...ids.values()];
}

/** Product → what moved it after its count. */
async function sumMovements(transaction: Transaction, counts: readonly StockCount[]): Promise<Map<string, number>> {
  if (counts.length === 0) return new Map();
  const times = counts.map(({ counted_at }) => counted_at);
  const earliest = times.reduce((least, time) => (time < least ? time : least));
  const { rows } = await transaction.query<{ product_id: string; moved: number }>(SUM_MOVEMENTS, [
    counts.map(({ product_id }) => product_id),
    arrayParameter('timestamp', times),
    formatMicros(earliest),
  ]);
  return new Map(rows.map(({ product_id, moved }) => [product_id, moved]));
}
