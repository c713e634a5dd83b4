/** How far the streams have come, cheap enough to ask twice a second. */
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { catalogue, consumedBy, streams } from '#domain/streams.ts';

export interface StreamProgress {
  /** Records that the topic has: all since the stack started, less those that retention removed. */
  readonly produced: number;
  /** Records that were dealt with, usable or not. */
  readonly consumed: number;
  /** Consumed records that became dead letters. */
  readonly rejected: number;
  /** Records that wait in Kafka. */
  readonly lag: number;
}

export interface Progress {
  /** By topic. */
  readonly streams: Readonly<Record<string, StreamProgress>>;
  /** Orders in the lake. */
  readonly archived: number;
  /** Orders in the warehouse. */
  readonly loaded: number;
  /** Objects of the lake that wait to be loaded. */
  readonly waiting: number;
  /** Movements that changed the stock. */
  readonly moved: number;
  /** Payments that were stored. */
  readonly paid: number;
  /** User events in the lake. */
  readonly events: number;
  /** Messages, of the outbox and of stock, that wait to be published. */
  readonly unsent: number;
}

/** Sums of what the proof has closed, and of the deliveries since: so it costs the same however long the history is. */
const TOTALS = `
  with closed as (
    select
      topic,
      sum(records) as consumed,
      sum(accepted) as accepted,
      sum(dead_letters + conflicts) as rejected,
      sum(inserted) as loaded,
      0 as waiting
    from ledger.closed_partitions
    group by topic
  ),

  since as (
    select
      topic,
      sum(delivery.records) as consumed,
      sum(delivery.accepted) as accepted,
      sum(delivery.rejected) + coalesce(sum(loads.conflicts), 0) as rejected,
      coalesce(sum(loads.inserted), 0) as loaded,
      count(*) filter (where object_key is not null and loads.delivery_id is null) as waiting
    from ledger.partitions
    left join ledger.closed_partitions using (consumer, topic, partition)
    cross join lateral (
      select
        delivery_id,
        records,
        accepted,
        rejected,
        object_key
      from ledger.deliveries
      where
        (deliveries.consumer, deliveries.topic, deliveries.partition) =
          (partitions.consumer, partitions.topic, partitions.partition)
        and state = 'committed'
        -- As the index of the constraint has it.
        and int8range(first_offset, last_offset, '[]') && int8range(coalesce(before_offset, 0), null)
    ) as delivery
    left join ledger.loads using (delivery_id)
    group by topic
  )

  select
    topic,
    sum(consumed)::bigint as consumed,
    sum(accepted)::bigint as accepted,
    sum(rejected)::bigint as rejected,
    sum(loaded)::bigint as loaded,
    sum(waiting)::bigint as waiting
  from (table closed union all table since) as totals
  group by topic`;

export type TopicRow = Record<'consumed' | 'accepted' | 'rejected' | 'loaded' | 'waiting', number>;
const nothing: TopicRow = { consumed: 0, accepted: 0, rejected: 0, loaded: 0, waiting: 0 };

/** @returns by topic; one without a delivery is absent */
export async function readTotals(pool: Pool): Promise<ReadonlyMap<string, TopicRow>> {
  const { rows } = await pool.query<TopicRow & { topic: string }>(TOTALS);
  return new Map(rows.map(({ topic, ...totals }) => [topic, totals]));
}

export async function readProgress(pool: Pool, kafka: KafkaConnection): Promise<Progress> {
  const byTopic = await readTotals(pool);
  const of = (topic: string): TopicRow => byTopic.get(topic) ?? nothing;
  const outbox = await pool.query<{ unsent: number }>(
    'select coalesce(sum(messages), 0)::bigint as unsent from ledger.waiting',
  );
  const read = await Promise.all(
    catalogue.map(async ({ topic }) => {
      const { consumed, rejected } = of(topic);
      return [topic, { ...(await positionOf(topic, pool, kafka)), consumed, rejected }] as const;
    }),
  );
  const orders = of(streams.orders.topic);
  const movements = consumedBy(streams.onlineOrders.consumer);
  return {
    streams: Object.fromEntries(read),
    archived: orders.accepted,
    loaded: orders.loaded,
    waiting: orders.waiting,
    moved: movements.reduce((total, { topic }) => total + of(topic).accepted, 0),
    paid: of(streams.transactions.topic).accepted,
    events: of(streams.userEvents.topic).accepted,
    unsent: outbox.rows[0]?.unsent ?? 0,
  };
}

export function total(progress: Progress, what: keyof StreamProgress): number {
  return Object.values(progress.streams).reduce((sum, stream) => sum + stream[what], 0);
}

async function positionOf(topic: string, pool: Pool, kafka: KafkaConnection) {
  const next = await pool.query<{ partition: number; next_offset: number }>(
    'select partition, next_offset from ledger.partitions where topic = $1',
    [topic],
  );
  const position = new Map(next.rows.map(({ partition, next_offset }) => [partition, next_offset]));
  let produced = 0;
  let lag = 0;
  for (const { partition, earliest, latest } of await kafka.offsets(topic)) {
    produced += latest - earliest;
    lag += latest - (position.get(partition) ?? earliest);
  }
  return { produced, lag };
}
