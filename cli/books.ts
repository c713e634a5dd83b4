/** How far the stream of orders has come, cheap enough to ask every second. */
import type { KafkaConnection } from '#adapters/kafka.ts';
import type { Pool } from '#adapters/postgres.ts';
import { streams } from '#domain/streams.ts';

export interface Books {
  /** Records in the topic, since the stack started with none. */
  readonly produced: number;
  /** Records that the archive function has dealt with, good or bad. */
  readonly consumed: number;
  /** Rows in the lake. */
  readonly archived: number;
  /** Rows in the warehouse. */
  readonly loaded: number;
  /** Objects that are not yet loaded. */
  readonly waiting: number;
  /** Dead letters. */
  readonly rejected: number;
  readonly lag: number;
}

const BOOKS = `
  select
    coalesce(sum(deliveries.records), 0) as consumed,
    coalesce(sum(deliveries.accepted), 0) as archived,
    coalesce(sum(deliveries.rejected), 0) + coalesce(sum(loads.conflicts), 0) as rejected,
    coalesce(sum(loads.inserted), 0) as loaded,
    count(*) filter (where deliveries.object_key is not null and loads.delivery_id is null) as waiting
  from ledger.deliveries
  left join ledger.loads using (delivery_id)
  where deliveries.consumer = $1 and deliveries.state = 'committed'`;

export async function readBooks(pool: Pool, kafka: KafkaConnection): Promise<Books> {
  const { topic, consumer } = streams.orders;
  const { rows } = await pool.query<Record<keyof Omit<Books, 'produced' | 'lag'>, number>>(BOOKS, [consumer]);
  const next = await pool.query<{ partition: number; next_offset: number }>(
    'select partition, next_offset from ledger.partitions where consumer = $1',
    [consumer],
  );
  const position = new Map(next.rows.map(({ partition, next_offset }) => [partition, next_offset]));
  const offsets = await kafka.offsets(topic);
  const none = { consumed: 0, archived: 0, loaded: 0, waiting: 0, rejected: 0 };
  return {
    ...none,
    ...rows[0],
    produced: offsets.reduce((total, { earliest, latest }) => total + latest - earliest, 0),
    lag: offsets.reduce(
      (total, { partition, earliest, latest }) => total + latest - (position.get(partition) ?? earliest),
      0,
    ),
  };
}
