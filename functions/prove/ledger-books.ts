/** Reads the ledger's side of the books for one stream. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Stream } from '#domain/streams.ts';
import type { PartitionProgress, Range } from './tiling.ts';

/** A committed delivery with its dead letters counted and, if it was loaded, what the load said of it. */
export interface DeliveryBooks extends Range {
  readonly deliveryId: number;
  readonly records: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly deadLetters: number;
  readonly objectKey: string | null;
  /** Milliseconds since 1970. */
  readonly committedAt: number;
  readonly objectSha256: string | null;
  readonly sourceSha256: string;
  /** Decimal text, as everything here that is money. */
  readonly amount: string;
  readonly load: LoadBooks | null;
}

export interface LoadBooks {
  readonly rows: number;
  readonly inserted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly insertedAmount: string;
  readonly repeatedAmount: string;
  readonly conflictLetters: number;
}

export interface LedgerBooks {
  readonly partitions: readonly PartitionProgress[];
  readonly losses: readonly Range[];
  /** Losses that somebody put on record as accepted, as that record has them. */
  readonly acknowledged: readonly Range[];
  readonly deliveries: readonly DeliveryBooks[];
}

export async function readLedger(transaction: Transaction, { consumer, topic }: Stream): Promise<LedgerBooks> {
  const of = [consumer, topic];
  const partitions = await transaction.query<PartitionProgress>(
    `select topic, partition, start_offset as "startOffset", next_offset as "nextOffset"
     from ledger.partitions where (consumer, topic) = ($1, $2) order by partition`,
    of,
  );
  const losses = await transaction.query<Range>(
    `select topic, partition, first_offset as "firstOffset", last_offset as "lastOffset"
     from ledger.losses where (consumer, topic) = ($1, $2) order by partition, first_offset`,
    of,
  );
  const acknowledged = await transaction.query<Range>(
    `select topic, partition, first_offset as "firstOffset", last_offset as "lastOffset"
     from ledger.acknowledged_losses where (consumer, topic) = ($1, $2) order by partition, first_offset`,
    of,
  );
  const deliveries = await transaction.query<DeliveryBooks>(DELIVERIES, of);
  return {
    partitions: partitions.rows,
    losses: losses.rows,
    acknowledged: acknowledged.rows,
    deliveries: deliveries.rows,
  };
}

const DELIVERIES = `
  with deliveries as (
    select * from ledger.deliveries where (consumer, topic) = ($1, $2) and state = 'committed'
  ),
  letters as (
    select
      delivery_id,
      count(*) filter (where consumer = $1) as dead_letters,
      count(*) filter (where consumer <> $1) as conflict_letters
    from ledger.dead_letters
    group by delivery_id
  )
  select
    deliveries.delivery_id as "deliveryId",
    deliveries.topic,
    deliveries.partition,
    deliveries.first_offset as "firstOffset",
    deliveries.last_offset as "lastOffset",
    deliveries.records,
    deliveries.accepted,
    deliveries.duplicates,
    deliveries.rejected,
    coalesce(letters.dead_letters, 0) as "deadLetters",
    deliveries.object_key as "objectKey",
    (extract(epoch from deliveries.committed_at) * 1000)::float8 as "committedAt",
    deliveries.object_sha256 as "objectSha256",
    deliveries.source_sha256 as "sourceSha256",
    coalesce(deliveries.amount, 0)::numeric(30, 2)::text as amount,
    case when loads.delivery_id is not null then jsonb_build_object(
      'rows', loads.rows,
      'inserted', loads.inserted,
      'duplicates', loads.duplicates,
      'conflicts', loads.conflicts,
      'insertedAmount', loads.inserted_amount::numeric(30, 2)::text,
      'repeatedAmount', loads.repeated_amount::numeric(30, 2)::text,
      'conflictLetters', coalesce(letters.conflict_letters, 0)
    ) end as load
  from deliveries
  left join letters using (delivery_id)
  left join ledger.loads as loads using (delivery_id)
  order by deliveries.partition, deliveries.first_offset`;
