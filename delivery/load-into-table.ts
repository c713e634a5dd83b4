/**
 * A stream that has a table beside its folder of the lake: an object holds every usable record, and the table each once. So what became
 * of them in the table is counted apart, as with the load of an order.
 */
import type { z } from 'zod';
import type { OffsetLookup } from '#adapters/kafka/lookup.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { type ReadBatch, readBatch } from '#domain/read-batch.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { type Applied, type Apply, type NewRecords, newRecords } from './apply.ts';
import { insertDeadLetters } from './ledger.ts';
import type { PlannedDelivery } from './plan-in-ledger.ts';
import { sourceHash } from './source-hash.ts';

/**
 * The records of a delivery whose object is in the lake. Those that the batch lacks are asked of Kafka, unless none was usable.
 *
 * @throws if Kafka no longer has them: object and table would not be of the same records
 */
export async function recordsOf<Event extends z.ZodObject>(
  kafka: OffsetLookup,
  stream: Stream<Event>,
  batch: PartitionBatch,
  read: ReadBatch<z.infer<Event>>,
  delivery: PlannedDelivery,
): Promise<NewRecords> {
  const { deliveryId, adopt, firstOffset, lastOffset, sourceSha256, objectKey } = delivery;
  if (!adopt || objectKey === null) return newRecords(batch, read, delivery, deliveryId);
  const { topic, partition } = batch;
  const records = await kafka.records(topic, partition, delivery);
  if (!records || sourceHash(records) !== sourceSha256)
    throw new Error(
      `Expected Kafka to hold offsets ${firstOffset} to ${lastOffset} of ${topic} partition ${partition}, whose object ${objectKey} is in ` +
        'the lake and whose rows are not in the table yet, but retention removed some. See docs/runbook.md, "An object whose records Kafka lost".',
    );
  const whole = { topic, partition, records };
  return newRecords(whole, readBatch(stream, whole), delivery, deliveryId);
}

/** In the transaction that commits the delivery. Conflicts become dead letters of it, which it has yet to publish. */
export async function loadIntoTable<Event extends z.ZodObject>(
  transaction: Transaction,
  stream: Stream<Event>,
  records: NewRecords,
  apply: Apply<Event>,
): Promise<Applied> {
  const { deliveryId, events } = records;
  const applied = await apply(transaction, stream, records);
  const { duplicates, refused, rowsFingerprint } = applied;
  await insertDeadLetters(transaction, stream.consumer, deliveryId, refused);
  const inserted = events.rows - duplicates - refused.length;
  await transaction.query(
    `with load as (
       insert into ledger.table_loads (delivery_id, rows, inserted, duplicates, conflicts) values ($1, $2, $3, $4, $5)
     )
     update ledger.deliveries set rows_fingerprint = $6 where delivery_id = $1`,
    [deliveryId, events.rows, inserted, duplicates, refused.length, rowsFingerprint],
  );
  return applied;
}
