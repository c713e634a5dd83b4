/** Finds the few deliveries that may hold an id, by the filters that were written with them. */
import type { Pool } from '#adapters/postgres/index.ts';
import { HASHES, idHashes } from '#domain/id-filter.ts';

export interface Delivery {
  readonly delivery_id: number;
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly first_offset: number;
  readonly last_offset: number;
  readonly object_key: string | null;
  readonly object_bytes: number;
  readonly committed_at: Date;
}

/** Written out for each hash: the database asks for the next bit only if all before were set. */
const holds = Array.from(
  { length: HASHES },
  (_, index) => `get_bit(filter, ($1::bigint[])[${index + 1}] * 8 * length(filter) >> 32) = 1`,
);

/** The newest first. One that has no filter, from before there were any, may hold any id. */
const MAY_HOLD = `
  select
    delivery_id, consumer, topic, partition, first_offset, last_offset, object_key, object_bytes, committed_at
  from ledger.deliveries
  left join ledger.delivery_ids using (delivery_id)
  where
    state = 'committed'
    and case when filter is null then accepted + duplicates > 0 else ${holds.join('\n      and ')} end
  order by delivery_id desc`;

export async function deliveriesThatMayHold(pool: Pool, ids: readonly string[]): Promise<Delivery[]> {
  const found = new Map<number, Delivery>();
  for (const id of ids) {
    const { rows } = await pool.query<Delivery>(MAY_HOLD, [idHashes(id)]);
    for (const delivery of rows) found.set(delivery.delivery_id, delivery);
  }
  return [...found.values()];
}
