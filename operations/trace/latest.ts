/** Finds what the last records of compacted topics say: a product, a customer. What tells of a person is left out. */
import { eventColumns, identifier, qualified } from '#adapters/postgres/described-table.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { catalogue, type Stream } from '#domain/streams.ts';
import { type Place, spellings, uuidOf } from './place.ts';

/** Columns of each such table beside the event's (domain/stream.ts, `LatestTable`). */
const BESIDE = ['is_gone', 'partition', 'kafka_offset', 'delivery_id'];

/** A row that the shop wrote into the table itself is in no delivery. */
export async function inLatest(pool: Pool, id: string): Promise<Place[]> {
  const places: Place[] = [];
  for (const stream of catalogue) {
    const query = queryOf(stream, id);
    if (!query) continue;
    const { rows } = await pool.query<{ row: Record<string, unknown>; record: Record<string, unknown> | null }>(query);
    for (const { row, record } of rows) {
      if (record) places.push({ place: 'ledger', facts: record });
      places.push({ place: 'shop', facts: row });
    }
  }
  return places;
}

function queryOf(stream: Stream, id: string): { readonly text: string; readonly values: unknown[] } | undefined {
  const { latest } = stream;
  const key = eventColumns(stream).find(({ name }) => name === stream.ids[0]);
  if (!latest || !key) return undefined;
  const uuid = uuidOf(id);
  if (key.type === 'uuid' && uuid === undefined) return undefined;
  const hidden = new Set([...latest.leftOut, ...latest.emptied]);
  const columns = [...eventColumns(stream).map(({ name }) => name), ...BESIDE].filter((name) => !hidden.has(name));
  const text = `
    with found as (
      select ${columns.map(identifier).join(', ')}
      from ${qualified(latest.name)}
      where ${identifier(key.name)} = any($1::${key.type === 'uuid' ? 'uuid' : 'text'}[])
    )

    select
      to_jsonb(found) as row,
      case when delivery_id is not null then jsonb_build_object(
        'topic', $2::text, 'partition', found.partition, 'offset', kafka_offset, 'delivery_id', delivery_id, 'committed_at', committed_at
      ) end as record
    from found
    left join ledger.deliveries using (delivery_id)`;
  return { text, values: [key.type === 'uuid' ? [uuid] : spellings(id), stream.topic] };
}
