/** Finds what the last records of compacted topics say, such as a product. */
import { eventColumns, identifier, qualified } from '#adapters/postgres/described-table.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { catalogue } from '#domain/streams.ts';
import { type Place, spellings } from './place.ts';

/** The page's login sees no table that tells of persons (SECURITY.md), so customers aren't among them. */
const tables = catalogue.flatMap(({ topic, ids, event, latest }) => {
  if (!latest || latest.emptied.length > 0) return [];
  const columns = eventColumns({ event }).filter(({ name }) => !latest.leftOut.includes(name));
  return [{ topic, key: ids[0] ?? '', name: latest.name, columns: columns.map(({ name }) => name) }];
});

/** Columns of each such table beside the event's (domain/stream.ts, `LatestTable`). */
const BESIDE = ['is_gone', 'partition', 'kafka_offset', 'delivery_id'];

/** A row that the shop wrote into the table itself is in no delivery. */
export async function inLatest(pool: Pool, id: string): Promise<Place[]> {
  const places: Place[] = [];
  for (const { topic, key, name, columns } of tables) {
    const { rows } = await pool.query<{ row: Record<string, unknown>; record: Record<string, unknown> | null }>(
      `with found as (
         select ${[...columns, ...BESIDE].map(identifier).join(', ')}
         from ${qualified(name)}
         where ${identifier(key)} = any($1::text[])
       )

       select
         to_jsonb(found) as row,
         case when delivery_id is not null then jsonb_build_object(
           'topic', $2::text, 'partition', found.partition, 'offset', kafka_offset, 'delivery_id', delivery_id, 'committed_at', committed_at
         ) end as record
       from found
       left join ledger.deliveries using (delivery_id)`,
      [spellings(id), topic],
    );
    for (const { row, record } of rows) {
      if (record) places.push({ place: 'ledger', facts: record });
      places.push({ place: 'shop', facts: row });
    }
  }
  return places;
}
