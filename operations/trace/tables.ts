/** Finds rows in the tables of described streams. */
import { identifier, qualified } from '#adapters/postgres/described-table.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { describedStreams, type Stream } from '#domain/streams.ts';
import type { Delivery } from './deliveries.ts';
import { MOST, type Place, spellings, toPlaces } from './place.ts';

/** Rows of these deliveries with the id in any of the stream's ids, the newest first. @param described as the catalogue has them, or a test */
export async function inTables(
  pool: Pool,
  deliveries: readonly Delivery[],
  id: string,
  described: readonly Stream[] = describedStreams,
): Promise<Place[]> {
  const places: Place[] = [];
  for (const { topic, ids, table } of described) {
    const own = deliveries.filter((delivery) => delivery.topic === topic);
    if (!table || own.length === 0) continue;
    const { rows } = await pool.query<{ row: Record<string, unknown>; place: Record<string, unknown> }>(
      `select to_jsonb(kept) as row, jsonb_build_object(
         'topic', topic, 'partition', kept.partition, 'offset', kafka_offset, 'delivery_id', delivery_id, 'committed_at', committed_at
       ) as place
       from ${qualified(table.name)} as kept
       inner join ledger.deliveries using (delivery_id)
       where delivery_id = any($1) and (${ids.map((name) => `kept.${identifier(name)}::text = any($2)`).join(' or ')})
       order by delivery_id desc, kafka_offset desc
       limit $3`,
      [own.map(({ delivery_id }) => delivery_id), spellings(id), MOST + 1],
    );
    places.push(
      ...toPlaces(
        'ledger',
        rows.map(({ place }) => place),
      ),
    );
    places.push(
      ...toPlaces(
        table.name,
        rows.map(({ row }) => row),
      ),
    );
  }
  return places;
}
