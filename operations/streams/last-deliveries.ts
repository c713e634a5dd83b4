/** The last deliveries of a topic, found from each partition's position backwards: by an index, however rare the topic's records are. */
import type { Stream } from '#domain/streams.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';

export interface LastDelivery {
  readonly id: number;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
  readonly records: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Of the object in the lake; null if it made none. */
  readonly key: string | null;
  readonly bytes: number | null;
  /** ISO 8601, UTC. */
  readonly committedAt: string;
  /** Seconds since then, by the database's clock. */
  readonly age: number;
  /** Seconds from Kafka's timestamp of its first record to its commit: at most, for each record; null if unknown. */
  readonly latency: number | null;
}

/** A loss lies between two deliveries, and is stepped over. */
const WALK = `
  with recursive steps as (
    select partition, 0 as step, next_offset as before, null::bigint as delivery_id
    from ledger.partitions
    where (consumer, topic) = ($1, $2)
    union all
    select steps.partition, step + 1, coalesce(delivery.first_offset, loss.first_offset), delivery.delivery_id
    from steps
    left join lateral (
      select delivery_id, first_offset
      from ledger.deliveries
      where
        (consumer, topic, partition) = ($1, $2, steps.partition)
        and state = 'committed'
        -- As the index of the constraint has it.
        and int8range(first_offset, last_offset, '[]') @> steps.before - 1
      limit 1
    ) as delivery on true
    left join lateral (
      select first_offset
      from ledger.losses
      where (consumer, topic, partition) = ($1, $2, steps.partition) and first_offset < steps.before
      order by first_offset desc
      limit 1
    ) as loss on delivery.delivery_id is null
    where step < $3 and coalesce(delivery.first_offset, loss.first_offset) is not null
  )

  select
    delivery_id as id,
    deliveries.partition,
    first_offset as first,
    last_offset as last,
    records,
    accepted,
    duplicates,
    rejected,
    object_key as key,
    object_bytes as bytes,
    committed_at as "committedAt",
    extract(epoch from clock_timestamp() - committed_at)::float8 as age,
    extract(epoch from committed_at - first_timestamp)::float8 as latency
  from steps
  inner join ledger.deliveries using (delivery_id)
  order by committed_at desc, delivery_id desc`;

/** @returns of each partition as many as `each`, the newest first */
export const lastDeliveries = askable(
  'lastDeliveries',
  async (
    { pool }: Pick<Backbone, 'pool'>,
    { consumer, topic }: Pick<Stream, 'consumer' | 'topic'>,
    each: number,
  ): Promise<LastDelivery[]> => {
    const { rows } = await pool.query<Omit<LastDelivery, 'committedAt'> & { committedAt: Date }>(WALK, [
      consumer,
      topic,
      each,
    ]);
    return rows.map((row) => ({ ...row, committedAt: row.committedAt.toISOString() }));
  },
);
