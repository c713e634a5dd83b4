/**
 * What the ledger and the stores say of offsets of a topic: one statement for all of them, each found by an index, so that it costs
 * the same however long the history is.
 */
import type { Pool } from '#adapters/postgres/index.ts';
import type { Reason } from '#domain/dead-letters.ts';
import { inventoryStreams, type Stream, streams } from '#domain/streams.ts';
import { describedStore } from './described-store.ts';
import { type Store, UUID_OF_ID } from './fate-store.ts';

/** An offset that is asked about. */
export interface Asked {
  readonly partition: number;
  readonly offset: number;
  /** Whether Kafka has a record there; undefined if nobody looked, or if Kafka has removed it since. */
  readonly held?: boolean | undefined;
  /** The record's own id (`stream.ids[0]`), if it is known: it leads to the first of several. */
  readonly id?: string | undefined;
}

export interface FateRow {
  readonly partition: number;
  readonly offset: number;
  /** Where the ledger begins and how far it has come; null if the partition was never read. */
  readonly start: number | null;
  readonly next: number | null;
  readonly lost: boolean;
  /** The committed delivery that has the offset; null if there is none. */
  readonly delivery: number | null;
  readonly committedAt: Date | null;
  /** Of that delivery, or of its load. */
  readonly hasGaps: boolean;
  readonly hasRepeats: boolean;
  readonly letter: number | null;
  readonly reason: Reason | null;
  readonly message: string | null;
  readonly redrivenAt: Date | null;
  readonly redrivenBy: string | null;
  /** What the place that the consumer writes to, or for orders the warehouse, has of the record itself; null if that place isn't asked. */
  readonly stored: boolean | null;
  /** Of the log of stock: what it says of the offset. */
  readonly status: 'processed' | 'duplicate' | 'rejected' | null;
  readonly storedAt: Date | null;
  /** When its delivery was loaded. */
  readonly loadedAt: Date | null;
  /** When its delivery, or the load of it, was curated, aggregated, or announced. */
  readonly nextAt: Date | null;
  /** Whether that is to come or was done; null if it doesn't concern this one, or if it is no longer known. */
  readonly nextDone: boolean | null;
  /** Of payments: whether it stands in the clean table, and whether the index has its hour. */
  readonly clean: boolean | null;
  readonly indexed: boolean | null;
  readonly firstTopic: string | null;
  readonly firstPartition: number | null;
  readonly firstOffset: number | null;
}

/** @returns a row for each offset, in their order */
export async function readFateRows(pool: Pool, stream: Stream, asked: readonly Asked[]): Promise<FateRow[]> {
  const { text, values } = fateQuery(stream, asked);
  return (await pool.query<FateRow>(text, [...values])).rows;
}

export const fateQuery = (stream: Stream, asked: readonly Asked[]) => ({
  text: statementOf(stream),
  values: [
    ...[stream.consumer, stream.topic],
    asked.map(({ partition }) => partition),
    asked.map(({ offset }) => offset),
    asked.map(({ id }) => id ?? null),
  ],
});

const ORDERS: Store = {
  joins: `
    left join ledger.loads as load on load.delivery_id = placed.delivery_id
    left join curated.curations as curation on curation.delivery_id = load.delivery_id
    -- What streams in is in curated before its load is merged there.
    left join curated.fact_orders as streamed
      on streamed.order_id = ${UUID_OF_ID}
      and (streamed.kafka_partition, streamed.kafka_offset) = (record_partition, record_offset)
    left join warehouse.fact_orders as named on named.order_id = ${UUID_OF_ID}
    left join ledger.deliveries as first on first.delivery_id = named.delivery_id
    -- Without an id, the delivery's rows are looked through, if there is a doubt.
    left join lateral (
      select true as is_there
      from warehouse.fact_orders
      where
        id is null
        and (load.duplicates > 0 or placed.has_gaps)
        and (fact_orders.delivery_id, fact_orders.kafka_offset) = (placed.delivery_id, record_offset)
      limit 1
    ) as own on true`,
  columns: `
    has_repeats or coalesce(load.duplicates, 0) > 0 as has_repeats,
    case
      when load.delivery_id is null or load.duplicates = 0 and not has_gaps then null
      when id is not null
        then coalesce((named.delivery_id, named.kafka_offset) = (placed.delivery_id, record_offset), false)
      else own.is_there is not null
    end as stored,
    null as status,
    null::timestamptz as stored_at,
    load.loaded_at,
    curation.curated_at as next_at,
    case
      when curation.delivery_id is not null or streamed.order_id is not null then true
      when load.delivery_id is not null then false
    end as next_done,
    null::boolean as clean,
    null::boolean as indexed,
    first.topic as first_topic,
    first.partition as first_partition,
    named.kafka_offset as first_offset`,
};

const STOCK: Store = {
  joins: `
    left join inventory.events_log as own
      on own.topic = $2 and own.partition = placed.record_partition and own.kafka_offset = record_offset
    left join inventory.events_log as first
      on own.status = 'duplicate' and first.status = 'processed' and first.event_id = own.event_id
    left join ledger.announcements as announcement
      on own.status = 'processed' and announcement.delivery_id = placed.delivery_id`,
  columns: `
    has_repeats,
    own.status is not distinct from 'processed' as stored,
    own.status,
    own.processed_at as stored_at,
    null::timestamptz as loaded_at,
    announcement.sent_at as next_at,
    case when announcement.announcement_id is not null then announcement.sent_at is not null end as next_done,
    null::boolean as clean,
    null::boolean as indexed,
    first.topic as first_topic,
    first.partition as first_partition,
    first.kafka_offset as first_offset`,
};

const PAYMENTS: Store = {
  joins: `
    left join payments.transactions as named on named.transaction_id = ${UUID_OF_ID}
    left join lateral (
      select transaction_id, processing_time, event_time
      from payments.transactions
      where
        id is null
        and transactions.delivery_id = placed.delivery_id
        and (transactions.partition, transactions.kafka_offset) = (record_partition, record_offset)
      limit 1
    ) as unnamed on true
    left join lateral (
      select
        coalesce(unnamed.transaction_id, named.transaction_id) as transaction_id,
        coalesce(unnamed.processing_time, named.processing_time) as processing_time,
        coalesce(unnamed.event_time, named.event_time) as event_time
      where unnamed.transaction_id is not null or (named.partition, named.kafka_offset) = (record_partition, record_offset)
    ) as own on true
    left join payments.transactions_clean as clean on clean.transaction_id = own.transaction_id
    left join payments.transformed_hours as hour
      on clean.transaction_id is not null and hour.event_hour = date_trunc('hour', own.event_time, 'UTC')`,
  columns: `
    has_repeats,
    own.transaction_id is not null as stored,
    null as status,
    own.processing_time as stored_at,
    null::timestamptz as loaded_at,
    null::timestamptz as next_at,
    null::boolean as next_done,
    case when own.transaction_id is not null then clean.transaction_id is not null end as clean,
    case when own.transaction_id is not null then coalesce(hour.indexed_as_of = hour.transformed_at, false) end as indexed,
    case when named.transaction_id is not null then $2 end as first_topic,
    named.partition as first_partition,
    named.kafka_offset as first_offset`,
};

/** A later record replaces it, so its table can't say that it took effect: the ledger does. */
const SHOP: Store = {
  joins: '',
  columns: `
    has_repeats,
    null::boolean as stored,
    null as status,
    null::timestamptz as stored_at,
    null::timestamptz as loaded_at,
    null::timestamptz as next_at,
    null::boolean as next_done,
    null::boolean as clean,
    null::boolean as indexed,
    null as first_topic,
    null::integer as first_partition,
    null::bigint as first_offset`,
};

const CLICKS: Store = {
  joins: 'left join gold.aggregations as aggregation on aggregation.delivery_id = placed.delivery_id',
  columns: `
    has_repeats,
    null::boolean as stored,
    null as status,
    null::timestamptz as stored_at,
    null::timestamptz as loaded_at,
    aggregation.aggregated_at as next_at,
    case when placed.delivery_id is not null then aggregation.delivery_id is not null end as next_done,
    null::boolean as clean,
    null::boolean as indexed,
    null as first_topic,
    null::integer as first_partition,
    null::bigint as first_offset`,
};

/** Of streams that have code of their own. */
const stores: ReadonlyMap<string, Store> = new Map([
  [streams.orders.consumer, ORDERS],
  [streams.transactions.consumer, PAYMENTS],
  [streams.userEvents.consumer, CLICKS],
  [streams.products.consumer, SHOP],
  ...inventoryStreams.map(({ consumer }): [string, Store] => [consumer, STOCK]),
]);

function statementOf(stream: Stream): string {
  const { consumer, handler } = stream;
  const store = handler === 'own' ? stores.get(consumer) : describedStore(stream);
  if (!store)
    throw new Error(`Expected a consumer whose stores are known (${[...stores.keys()].join(', ')}), got ${consumer}.`);
  const { joins, columns } = store;
  return `
  with asked as (
    select record_partition, record_offset, id, number
    from unnest($3::integer[], $4::bigint[], $5::text[]) with ordinality as asked (record_partition, record_offset, id, number)
  ),

  positions as (
    select partition, start_offset, next_offset from ledger.partitions where (consumer, topic) = ($1, $2)
  ),

  placed as (
    select
      asked.*,
      delivery.delivery_id,
      delivery.committed_at,
      delivery.records < delivery.last_offset - delivery.first_offset + 1 as has_gaps,
      delivery.duplicates > 0 as has_repeats
    from asked
    left join lateral (
      select delivery_id, first_offset, last_offset, records, duplicates, committed_at
      from ledger.deliveries
      where
        (consumer, topic, partition) = ($1, $2, record_partition)
        and state = 'committed'
        -- As the index of the constraint has it.
        and int8range(first_offset, last_offset, '[]') @> record_offset
      limit 1
    ) as delivery on true
  ),

  told as (
    select
      number,
      record_partition,
      record_offset,
      placed.delivery_id,
      placed.committed_at,
      has_gaps,
      ${columns}
    from placed
    ${joins}
  )

  select
    record_partition as partition,
    record_offset as "offset",
    positions.start_offset as start,
    positions.next_offset as next,
    loss.is_one is not null as lost,
    told.delivery_id as delivery,
    told.committed_at as "committedAt",
    coalesce(told.has_gaps, false) as "hasGaps",
    coalesce(told.has_repeats, false) as "hasRepeats",
    letter.dead_letter_id as letter,
    letter.reason,
    letter.message,
    redrive.redriven_at as "redrivenAt",
    redrive.redriven_by as "redrivenBy",
    told.stored,
    told.status,
    told.stored_at as "storedAt",
    told.loaded_at as "loadedAt",
    told.next_at as "nextAt",
    told.next_done as "nextDone",
    told.clean,
    told.indexed,
    told.first_topic as "firstTopic",
    told.first_partition as "firstPartition",
    told.first_offset as "firstOffset"
  from told
  left join positions on positions.partition = record_partition
  left join lateral (
    select true as is_one
    from (
      select last_offset
      from ledger.losses
      where (consumer, topic, partition) = ($1, $2, record_partition) and first_offset <= record_offset
      order by first_offset desc
      limit 1
    ) as loss
    where last_offset >= record_offset
  ) as loss on true
  -- A conflict of orders is found by the load, so its letter bears the load's name.
  left join lateral (
    select dead_letter_id, reason, message
    from ledger.dead_letters
    where
      consumer in ($1, 'load-orders')
      and (dead_letters.topic, dead_letters.partition, dead_letters.record_offset) = ($2, told.record_partition, told.record_offset)
      and dead_letters.delivery_id = told.delivery_id
    limit 1
  ) as letter on true
  left join ledger.redrives as redrive on redrive.dead_letter_id = letter.dead_letter_id
  order by number`;
}
