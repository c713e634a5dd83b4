/** How far the streams have come, cheap enough to ask every second. */
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

export interface StockBooks {
  /** Records of the inventory topics that are dealt with, good or bad. */
  readonly consumed: number;
  /** Of them: movements that changed the stock. */
  readonly moved: number;
  /** Messages of the outbox that are not yet in Kafka, dead letters of orders among them. */
  readonly unsent: number;
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

const STOCK_BOOKS = `
  select
    coalesce(sum(records), 0) as consumed,
    coalesce(sum(accepted), 0) as moved,
    (select count(*) from ledger.outbox where sent_at is null) as unsent
  from ledger.deliveries
  where consumer = $1 and state = 'committed'`;

export async function readStockBooks(pool: Pool): Promise<StockBooks> {
  const { rows } = await pool.query<StockBooks>(STOCK_BOOKS, [streams.onlineOrders.consumer]);
  return { consumed: 0, moved: 0, unsent: 0, ...rows[0] };
}
