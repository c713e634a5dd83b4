/** The offset ledger in PostgreSQL (sql/migrations/001_ledger.sql): reads and writes, no decisions. */

import { literal, queryTogether, type Transaction } from '#adapters/postgres/index.ts';
import type { DeadLetter } from '#domain/dead-letters.ts';
import type { OffsetRange, OpenRange, Position } from '#domain/deliveries.ts';
import { holdableMillis } from '#domain/time.ts';
import { publishDeadLetters } from './outbox.ts';
import type { RecordTimes } from './record-times.ts';

/** A consumer and the partition whose records it reads. */
export interface Reader {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
}

export interface OpenDelivery extends OpenRange {
  readonly accepted: number;
  readonly rejected: number;
  readonly sourceSha256: string;
  /** Null if no record of the range is usable, so that there is nothing to write. */
  readonly objectKey: string | null;
}

export interface NewDelivery extends OffsetRange {
  readonly state: 'open' | 'committed';
  readonly records: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** Sum of the money column in cents; null if the stream has none. */
  readonly cents: bigint | null;
  readonly sourceSha256: string;
  /** When Kafka got its records. */
  readonly times: RecordTimes | null;
  readonly objectKey: string | null;
  /** Which ids its good records hold (domain/id-filter.ts); null if there are none. */
  readonly idFilter: Uint8Array | null;
  /** Set if its rows are written before it. */
  readonly reserved?: { readonly deliveryId: number; readonly rowsFingerprint: string };
}

export interface LockedPosition extends Position<OpenDelivery> {
  /** An id for a delivery whose rows are written before it, and bear the id; null unless one was asked for. */
  readonly reservedId: number | null;
}

/**
 * The partition's position, its row locked until the transaction ends; undefined if it was never read.
 *
 * @param reserve whether an id is needed; it is taken once the row is locked
 */
export async function lockPosition(
  transaction: Transaction,
  reader: Reader,
  reserve = false,
): Promise<LockedPosition | undefined> {
  const reserved = reserve ? `nextval('ledger.deliveries_delivery_id_seq')` : 'null::bigint';
  // What was planned while this waited for the lock is seen by the second statement only.
  const [locked, open] = await queryTogether(transaction, [
    `with locked as (${lockOf(reader)}) select next_offset, ${reserved} as reserved_id from locked`,
    `select delivery_id as "deliveryId", first_offset as "firstOffset", last_offset as "lastOffset", records, accepted,
            rejected, source_sha256 as "sourceSha256", object_key as "objectKey"
     from ledger.deliveries
     where (consumer, topic, partition) = ${literals(reader)} and state = 'open'
     order by first_offset`,
  ]);
  const position = locked?.rows[0] as { next_offset: number; reserved_id: number | null } | undefined;
  if (!position) return undefined;
  return { nextOffset: position.next_offset, open: open?.rows ?? [], reservedId: position.reserved_id };
}

const lockOf = (reader: Reader): string =>
  `select next_offset from ledger.partitions where (consumer, topic, partition) = ${literals(reader)} for update`;

/** A range that was planned or committed, with what tells its records from others. */
export interface Delivered extends OpenRange {
  readonly sourceSha256: string;
  /** When Kafka got its first and its last record, in milliseconds since 1970; null if they have no times. */
  readonly firstTimestamp: number | null;
  readonly lastTimestamp: number | null;
  /** Which ids its good records hold (domain/id-filter.ts); null if there are none, or if it was delivered without one. */
  readonly filter: Uint8Array | null;
  readonly rejectedOffsets: readonly number[];
  /** Other records that stood before this offset of the partition were produced again, and removed; null if none ever were. */
  readonly republishedBefore: number | null;
}

/** The planned and committed ranges that overlap the given one. */
export async function deliveriesIn(
  transaction: Transaction,
  reader: Reader,
  { firstOffset, lastOffset }: OffsetRange,
): Promise<Delivered[]> {
  const { rows } = await transaction.query<Delivered>(
    `select delivery_id as "deliveryId", first_offset as "firstOffset", last_offset as "lastOffset", records,
            source_sha256 as "sourceSha256", filter,
            (extract(epoch from first_timestamp) * 1000)::bigint as "firstTimestamp",
            (extract(epoch from last_timestamp) * 1000)::bigint as "lastTimestamp",
            array(
              select record_offset from ledger.dead_letters where dead_letters.delivery_id = deliveries.delivery_id
            ) as "rejectedOffsets",
            republished_before as "republishedBefore"
     from ledger.deliveries
     inner join ledger.partitions using (consumer, topic, partition)
     left join ledger.delivery_ids using (delivery_id)
     where (consumer, topic, partition) = ($1, $2, $3) and state <> 'abandoned'
       and int8range(first_offset, last_offset, '[]') && int8range($4, $5, '[]')
     order by first_offset`,
    [...identity(reader), firstOffset, lastOffset],
  );
  return rows;
}

/** Starts to account for a partition. Safe to run concurrently: the second worker finds the first one's row. */
export async function registerPartition(transaction: Transaction, reader: Reader, startOffset: number): Promise<void> {
  await transaction.query(
    `insert into ledger.partitions (consumer, topic, partition, start_offset, next_offset) values ($1, $2, $3, $4, $4)
     on conflict do nothing`,
    [...identity(reader), startOffset],
  );
}

/** Records that offsets are gone for good and moves past them. */
export async function recordLoss(transaction: Transaction, reader: Reader, lost: OffsetRange): Promise<void> {
  await transaction.query(
    `insert into ledger.losses (consumer, topic, partition, first_offset, last_offset) values ($1, $2, $3, $4, $5)`,
    [...identity(reader), lost.firstOffset, lost.lastOffset],
  );
  await moveTo(transaction, reader, lost.lastOffset + 1);
}

/** Notes that other records than were consumed no longer stand before the offset. */
export async function setRepublished(transaction: Transaction, reader: Reader, before: number): Promise<void> {
  await transaction.query(
    `update ledger.partitions set republished_before = $4 where (consumer, topic, partition) = ($1, $2, $3)`,
    [...identity(reader), before],
  );
}

/** Inserts a range with its dead letters; the position moves behind one that is committed. @returns its delivery id */
export async function insertDelivery(
  transaction: Transaction,
  reader: Reader,
  delivery: NewDelivery,
  deadLetters: readonly DeadLetter[],
): Promise<number> {
  const { rows } = await transaction.query<{ delivery_id: number }>(
    `with delivery as (
       insert into ledger.deliveries (delivery_id, consumer, topic, partition, first_offset, last_offset, state, records,
         accepted, duplicates, rejected, amount, source_sha256, object_key, committed_at, rows_fingerprint, first_timestamp, last_timestamp)
       overriding system value
       values (coalesce($15, nextval('ledger.deliveries_delivery_id_seq')), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
         $11::numeric / 100, $12, $13, case when $6 = 'committed' then clock_timestamp() end, $16,
         to_timestamp($17::bigint / 1000.0), to_timestamp($18::bigint / 1000.0))
       returning delivery_id
     ),
     ids as (
       insert into ledger.delivery_ids (delivery_id, filter)
       select delivery_id, $14::bytea from delivery where $14::bytea is not null
     ),
     moved as (
       update ledger.partitions set next_offset = $5::bigint + 1
       where (consumer, topic, partition) = ($1, $2, $3) and $6 = 'committed'
     )
     select delivery_id from delivery`,
    [
      ...identity(reader),
      delivery.firstOffset,
      delivery.lastOffset,
      delivery.state,
      delivery.records,
      delivery.accepted,
      delivery.duplicates,
      delivery.rejected,
      delivery.cents === null ? null : String(delivery.cents),
      delivery.sourceSha256,
      delivery.objectKey,
      delivery.idFilter && Buffer.from(delivery.idFilter.buffer),
      delivery.reserved?.deliveryId ?? null,
      delivery.reserved?.rowsFingerprint ?? null,
      delivery.times?.first ?? null,
      delivery.times?.last ?? null,
    ],
  );
  const deliveryId = rows[0]?.delivery_id as number;
  await insertDeadLetters(transaction, reader.consumer, deliveryId, deadLetters);
  return deliveryId;
}

export async function insertDeadLetters(
  transaction: Transaction,
  consumer: string,
  deliveryId: number,
  letters: readonly DeadLetter[],
): Promise<void> {
  if (letters.length === 0) return;
  await transaction.query(
    `insert into ledger.dead_letters (delivery_id, consumer, topic, partition, record_offset, kafka_timestamp,
       record_key, record_value, headers, reason, message)
     select $1, $2, letter.topic, letter.partition, letter.record_offset, to_timestamp(letter.millis / 1000.0),
       letter.record_key, letter.record_value, letter.headers, letter.reason, letter.message
     from unnest($3::text[], $4::int[], $5::bigint[], $6::bigint[], $7::bytea[], $8::bytea[], $9::jsonb[], $10::text[],
       $11::text[])
       as letter (topic, partition, record_offset, millis, record_key, record_value, headers, reason, message)`,
    [
      deliveryId,
      consumer,
      letters.map(({ topic }) => topic),
      letters.map(({ partition }) => partition),
      letters.map(({ offset }) => offset),
      letters.map(({ timestamp }) => holdableMillis(timestamp)),
      letters.map(({ key }) => key && Buffer.from(key)),
      letters.map(({ value }) => value && Buffer.from(value)),
      letters.map(({ headers }) => JSON.stringify(headersInJson(headers))),
      letters.map(({ reason }) => reason),
      letters.map(({ message }) => storable(message)),
    ],
  );
}

/** Abandons open ranges, and deletes the dead letters that were written with their plans. */
export async function abandon(transaction: Transaction, ranges: readonly OpenRange[]): Promise<void> {
  if (ranges.length === 0) return;
  const ids = ranges.map(({ deliveryId }) => deliveryId);
  await transaction.query(`delete from ledger.dead_letters where delivery_id = any($1)`, [ids]);
  await transaction.query(`update ledger.deliveries set state = 'abandoned' where delivery_id = any($1)`, [ids]);
}

/**
 * Locks the partition's row and commits an open range, whose dead letters then go to the outbox.
 *
 * @param beside what else takes effect with it, if it is this call that commits it; returns how many dead letters that made
 * @returns whether the range is committed now, by this call or by another worker's; false if it was abandoned
 */
export async function commitDelivery(
  transaction: Transaction,
  reader: Reader,
  range: OpenRange,
  object: { readonly sha256: string; readonly bytes: number } | undefined,
  beside: () => Promise<number> = async () => 0,
): Promise<boolean> {
  const [, committed] = await queryTogether(transaction, [
    lockOf(reader),
    `with committed as (
       update ledger.deliveries as delivery
       set state = 'committed', committed_at = clock_timestamp(),
         object_sha256 = ${object ? literal(object.sha256) : 'null'}, object_bytes = ${object?.bytes ?? 'null'}
       from ledger.partitions as position
       where delivery.delivery_id = ${range.deliveryId} and delivery.state = 'open'
         and (position.consumer, position.topic, position.partition)
           = (delivery.consumer, delivery.topic, delivery.partition)
         and position.next_offset = delivery.first_offset
       returning delivery.last_offset, delivery.rejected
     ),
     moved as (
       update ledger.partitions set next_offset = committed.last_offset + 1 from committed
       where (consumer, topic, partition) = ${literals(reader)}
     )
     select rejected from committed`,
  ]);
  const done = committed?.rows[0] as { rejected: number } | undefined;
  if (done) {
    const letters = done.rejected + (await beside());
    if (letters > 0) await publishDeadLetters(transaction, [range.deliveryId], reader.consumer);
    return true;
  }
  const state = await transaction.query<{ state: string }>(
    `select state from ledger.deliveries where delivery_id = $1`,
    [range.deliveryId],
  );
  return state.rows[0]?.state === 'committed';
}

async function moveTo(transaction: Transaction, reader: Reader, nextOffset: number): Promise<void> {
  await transaction.query(
    `update ledger.partitions set next_offset = $4 where (consumer, topic, partition) = ($1, $2, $3)`,
    [...identity(reader), nextOffset],
  );
}

const identity = ({ consumer, topic, partition }: Reader): [string, string, number] => [consumer, topic, partition];

const literals = ({ consumer, topic, partition }: Reader): string =>
  `(${literal(consumer)}, ${literal(topic)}, ${Number(partition)})`;

/** PostgreSQL's text and jsonb refuse NUL and half a surrogate pair: a record with one would fail its batch for ever. */
const storable = (text: string): string => text.toWellFormed().replaceAll('\0', '\\0');

/** As ledger.dead_letters has them. */
export const headersInJson = (headers: DeadLetter['headers']): { name: string; value: string }[] =>
  headers.map(({ name, value }) => ({ name: storable(name), value: Buffer.from(value).toString('base64') }));
