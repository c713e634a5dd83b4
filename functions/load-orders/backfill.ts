/**
 * Fills a field that orders got later into rows that were loaded before it, from what their objects keep as unknown. Each object is a
 * transaction of its own: a call that ends halfway has filled whole objects, and one that is repeated changes nothing.
 */
import type { Lake } from '#adapters/lake/index.ts';
import { objectSource, readEvents, storedNames } from '#adapters/lake/parquet-read.ts';
import { identifier, sqlType } from '#adapters/postgres/described-table.ts';
import { aMinuteFromNow, inTransactionUntil, type Pool, type Transaction } from '#adapters/postgres/index.ts';
import { type Column, columnsOf } from '#domain/columns.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import { streams } from '#domain/streams.ts';
import { plainValue } from '#domain/written-value.ts';

export interface BackfillRequest {
  readonly field: string;
  readonly filled_by: string;
  /** Objects of deliveries behind this one; 0 for all. */
  readonly after: number;
  /** Say how many rows would be filled, and fill none. */
  readonly dry_run: boolean;
}

export interface Backfilled {
  /** Objects that were looked at. */
  readonly objects: number;
  readonly filled: number;
  /** What the next call has as `after`; null if nothing is left. */
  readonly next: number | null;
}

interface Stores {
  readonly pool: Pool;
  readonly lake: Lake;
  /** Milliseconds since 1970; a minute from now if absent. */
  readonly deadline?: number;
}

interface LoadedObject {
  readonly deliveryId: number;
  readonly key: string;
  readonly bytes: number;
}

const OBJECTS_AT_ONCE = 200;
/** Of the time until the deadline, what the last object may take. */
const RESERVE_MS = 15_000;

/**
 * @throws if orders have no such field that may be missing, or rows of an object aren't as they were loaded: then the objects before it
 * are filled
 */
export async function backfill(
  { pool, lake, deadline = aMinuteFromNow() }: Stores,
  { field, filled_by, after, dry_run }: BackfillRequest,
): Promise<Backfilled> {
  const column = columnNamed(field);
  const found = await loadedObjects(pool, after);
  let [objects, filled, next] = [0, 0, after];
  for (const object of found) {
    if (objects > 0 && Date.now() > deadline - RESERVE_MS) break;
    const values = await valuesIn(lake, object, column);
    if (values.size > 0)
      filled += await inTransactionUntil(pool, deadline, (transaction) =>
        dry_run
          ? countEmpty(transaction, object, column, values)
          : fill(transaction, object, column, values, filled_by),
      );
    objects += 1;
    next = object.deliveryId;
  }
  return { objects, filled, next: objects < found.length || found.length === OBJECTS_AT_ONCE ? next : null };
}

function columnNamed(field: string): Column {
  const columns = columnsOf(orderEvent).filter(({ optional }) => optional);
  const column = columns.find(({ name }) => name === field);
  if (column) return column;
  throw new Error(
    `Expected a field of orders that records may lack (${columns.map(({ name }) => name).join(', ')}), got ${field}.`,
  );
}

async function loadedObjects(pool: Pool, after: number): Promise<LoadedObject[]> {
  const { rows } = await pool.query<LoadedObject>(
    `select delivery_id as "deliveryId", object_key as key, object_bytes as bytes
     from ledger.deliveries
     inner join ledger.loads using (delivery_id)
     where delivery_id > $1 and consumer = $2 and object_key is not null and loads.inserted > 0
     order by delivery_id
     limit $3`,
    [after, streams.orders.consumer, OBJECTS_AT_ONCE],
  );
  return rows;
}

/** By offset, as PostgreSQL reads them; none of an object that was written with the field. */
async function valuesIn(lake: Lake, { key, bytes }: LoadedObject, column: Column): Promise<Map<number, string>> {
  const { name } = column;
  const values = new Map<number, string>();
  const source = objectSource(lake, key, bytes);
  if ((await storedNames(source)).has(name)) return values;
  for await (const orders of readEvents(orderEvent, source))
    for (const { offset, event } of orders) {
      const value = (event as Readonly<Record<string, unknown>>)[name] ?? null;
      if (value !== null) values.set(offset, String(plainValue(column, value)));
    }
  return values;
}

const GIVEN = 'unnest($2::bigint[], $3::text[]) as given (kafka_offset, value)';

/** A row that has no value and gets one of those given; $1 is the delivery, $2 and $3 are offsets and values. */
const isEmpty = (name: string): string => `
  fact_orders.delivery_id = $1 and fact_orders.kafka_offset = given.kafka_offset and fact_orders.${name} is null`;

const parameters = ({ deliveryId }: LoadedObject, values: ReadonlyMap<number, string>) => [
  deliveryId,
  [...values.keys()],
  [...values.values()],
];

async function countEmpty(
  transaction: Transaction,
  object: LoadedObject,
  { name }: Column,
  values: ReadonlyMap<number, string>,
): Promise<number> {
  const { rows } = await transaction.query<{ rows: number }>(
    `select count(*)::int as rows from warehouse.fact_orders, ${GIVEN} where ${isEmpty(identifier(name))}`,
    parameters(object, values),
  );
  return rows[0]?.rows ?? 0;
}

async function fill(
  transaction: Transaction,
  object: LoadedObject,
  column: Column,
  values: ReadonlyMap<number, string>,
  by: string,
): Promise<number> {
  const { deliveryId } = object;
  // By the index of the deliveries, however large a part of the table the planner takes these rows for.
  await transaction.query('set local enable_seqscan = off');
  await requireAsLoaded(transaction, deliveryId);
  const name = identifier(column.name);
  const { rowCount } = await transaction.query(
    `update warehouse.fact_orders set ${name} = given.value::${sqlType(column)} from ${GIVEN} where ${isEmpty(name)}`,
    parameters(object, values),
  );
  const filled = rowCount ?? 0;
  if (filled === 0) return 0;
  await transaction.query(
    `update ledger.loads
     set rows_fingerprint = (select sum(warehouse.fingerprint(fact_orders)) from warehouse.fact_orders where delivery_id = $1)
     where delivery_id = $1 and rows_fingerprint is not null`,
    [deliveryId],
  );
  await transaction.query(
    `insert into ledger.backfills as before (delivery_id, field, filled, filled_by) values ($1, $2, $3, $4)
     on conflict (delivery_id, field) do update
     set filled = before.filled + excluded.filled, filled_by = excluded.filled_by, filled_at = excluded.filled_at`,
    [deliveryId, column.name, filled, by],
  );
  // What was closed has another fingerprint now: the next proof reads everything, and closes it anew.
  await transaction.query('update ledger.closing set closed_at = null, closings = closings + 1');
  return filled;
}

/** Otherwise an edit would count as what was loaded, from now on. Locks the load, so that two calls take turns. */
async function requireAsLoaded(transaction: Transaction, deliveryId: number): Promise<void> {
  await transaction.query('select from ledger.loads where delivery_id = $1 for update', [deliveryId]);
  const { rows } = await transaction.query<{ as_loaded: boolean }>(
    `select
       rows_fingerprint is null
       or rows_fingerprint = (select sum(warehouse.fingerprint(fact_orders)) from warehouse.fact_orders where delivery_id = $1)
         as as_loaded
     from ledger.loads
     where delivery_id = $1`,
    [deliveryId],
  );
  if (rows[0]?.as_loaded === true) return;
  throw new Error(
    `Expected the rows of delivery ${deliveryId} in warehouse.fact_orders as they were loaded, got others; nothing of it was filled. ` +
      'The proof says which: npx tillstream proof --depth rows --all.',
  );
}
