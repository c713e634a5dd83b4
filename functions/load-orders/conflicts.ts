/**
 * Writes the records of conflicting orders into the dead letters. The lake has a record's columns only, so its key, headers,
 * unknown fields and the way a number was written are read from Kafka.
 */
import type { RecordLookup } from '#adapters/kafka/record-lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { objectSource, readEvents } from '#adapters/lake/parquet-read.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { insertDeadLetters } from '#delivery/ledger.ts';
import { publishDeadLetters } from '#delivery/outbox.ts';
import { formatCents } from '#domain/money.ts';
import { type Order, orderEvent } from '#domain/orders.ts';
import { eventReader, type KafkaRecord, type ReadRecord } from '#domain/records.ts';
import { differingFields } from '#domain/same-content.ts';
import { formatMicros } from '#domain/time.ts';
import type { LakeFile } from './claim.ts';
import { CONSUMER, type Repeats } from './insert.ts';

export interface Archives {
  readonly lake: Lake;
  readonly kafka: RecordLookup;
}

export async function writeConflicts(
  transaction: Transaction,
  archives: Archives,
  files: readonly LakeFile[],
  repeats: readonly Repeats[],
): Promise<void> {
  const byDelivery = new Map(files.map((file) => [file.deliveryId, file]));
  for (const { delivery_id, letters } of repeats) {
    const file = byDelivery.get(delivery_id);
    if (!file || letters.length === 0) continue;
    const { topic, partition } = file;
    const records = await recordsAt(archives, file, new Set(letters.map(({ offset }) => offset)));
    const whole = letters.map(({ offset, message }) => {
      const found = records.get(offset);
      if (!found) throw new Error(`Expected offset ${offset} in s3://${archives.lake.bucket}/${file.key}, found none.`);
      const { rebuilt, ...record } = found;
      const origin = rebuilt ? '; Kafka no longer has the record, which is rebuilt from the lake' : '';
      return { topic, partition, ...record, reason: 'conflict' as const, message: `${message}${origin}` };
    });
    await insertDeadLetters(transaction, CONSUMER, delivery_id, whole);
  }
  const conflicting = repeats.filter(({ conflicts }) => conflicts > 0).map(({ delivery_id }) => delivery_id);
  await publishDeadLetters(transaction, conflicting, CONSUMER);
}

interface FoundRecord extends KafkaRecord {
  readonly rebuilt: boolean;
}

async function recordsAt(
  { lake, kafka }: Archives,
  { topic, partition, key, bytes }: LakeFile,
  offsets: ReadonlySet<number>,
): Promise<ReadonlyMap<number, FoundRecord>> {
  const inKafka = await kafka.records(topic, partition, offsets);
  const found = new Map<number, FoundRecord>();
  for await (const orders of readEvents(orderEvent, objectSource(lake, key, bytes)))
    for (const order of orders.filter(({ offset }) => offsets.has(offset))) {
      const record = inKafka.get(order.offset);
      found.set(order.offset, record && isOf(order, record) ? { ...record, rebuilt: false } : rebuilt(order));
    }
  return found;
}

const read = eventReader(orderEvent);

/** A topic that was deleted and made anew has other records at the same offsets. */
function isOf({ timestamp, event }: ReadRecord<Order>, record: KafkaRecord): boolean {
  if (record.timestamp !== timestamp || !record.value) return false;
  try {
    return differingFields(orderEvent, read(record.value), event).length === 0;
  } catch {
    return false;
  }
}

/** The record as it would be written today. */
function rebuilt({ event, ...place }: ReadRecord<Order>): FoundRecord {
  const { amount, created_at, ...fields } = event;
  const given = Object.entries(fields).filter(([, value]) => value !== null);
  const order = { ...Object.fromEntries(given), amount: formatCents(amount), created_at: formatMicros(created_at) };
  const value = Buffer.from(JSON.stringify(order));
  return { ...place, key: Buffer.from(event.user_id), value, headers: [], rebuilt: true };
}
