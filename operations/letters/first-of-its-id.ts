/** What the stores know of an event: whether its id came before, and with what. */
import { identifier, qualified } from '#adapters/postgres/described-table.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { columnsOf } from '#domain/columns.ts';
import { Unusable } from '#domain/dead-letters.ts';
import { eventReader } from '#domain/event-reader.ts';
import { differingFields } from '#domain/same-content.ts';
import { inventoryStreams, type Stream, streams } from '#domain/streams.ts';
import { type TextRow, textInSql, textOf } from '#functions/prove/row-text.ts';

type Event = Readonly<Record<string, unknown>>;

/** `repeat`: the same event is there. `conflict`: another with its id. `untold`: no store can be asked quickly. */
export type Known =
  | { readonly state: 'new' | 'repeat' | 'untold' }
  | { readonly state: 'conflict'; readonly fields: readonly string[] };

/** Whose rows have each field of an event, as it was first accepted. */
const OWN_TABLES: Readonly<Record<string, string>> = {
  [streams.orders.topic]: 'warehouse.fact_orders',
  [streams.transactions.topic]: 'payments.transactions',
};

/** An order that no load has brought into the warehouse yet counts as new. */
export async function firstOfItsId(pool: Pool, stream: Stream, event: Event): Promise<Known> {
  if (inventoryStreams.includes(stream)) return inLog(pool, stream, event);
  const table = stream.handler === 'own' ? OWN_TABLES[stream.topic] : stream.table?.name;
  return table ? inTable(pool, stream, table, event) : { state: 'untold' };
}

/** The log of stock keeps values as they came, in their envelope, and an id once among all its topics. */
async function inLog(pool: Pool, stream: Stream, event: Event): Promise<Known> {
  const { topic, ids, event: schema } = stream;
  const { rows } = await pool.query<{ topic: string; value: string | null }>(
    `select topic, raw_event as value from inventory.events_log where event_id = $1 and status = 'processed'`,
    [event[ids[0] ?? '']],
  );
  const [first] = rows;
  if (!first) return { state: 'new' };
  if (first.topic !== topic) return { state: 'conflict', fields: ['topic'] };
  try {
    const fields = differingFields(schema, eventReader(stream)(Buffer.from(first.value ?? '')), event);
    return fields.length > 0 ? { state: 'conflict', fields } : { state: 'repeat' };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return { state: 'conflict', fields: ['content, which can no longer be read'] };
  }
}

/** In a table, whose values are compared as the proof compares them. */
async function inTable(
  pool: Pool,
  { ids: [id = ''], event: schema }: Stream,
  table: string,
  event: Event,
): Promise<Known> {
  const columns = columnsOf(schema).map(textInSql).join(', ');
  const { rows } = await pool.query<TextRow>(
    `select ${columns} from ${qualified(table)} where ${identifier(id)} = $1`,
    [event[id]],
  );
  const [first] = rows;
  if (!first) return { state: 'new' };
  const fields = Object.entries(textOf(schema, event)).flatMap(([name, text]) => (first[name] === text ? [] : [name]));
  return fields.length > 0 ? { state: 'conflict', fields } : { state: 'repeat' };
}

/** Those of the products that are in the inventory. */
export async function productsAmong(pool: Pool, products: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ product_id: string }>(
    'select product_id from inventory.inventory where product_id = any($1)',
    [products],
  );
  return new Set(rows.map(({ product_id }) => product_id));
}
