/** The dead letter of a conflicting order: its record as Kafka has it, or else rebuilt from the lake, with the reason. */
import type * as z from 'zod';
import { columnsOf } from '#domain/columns.ts';
import { type DeadLetter, Unusable } from '#domain/dead-letters.ts';
import { eventReader } from '#domain/event-reader.ts';
import type { KafkaRecord, ReadRecord } from '#domain/records.ts';
import { differingFields } from '#domain/same-content.ts';
import { type Order, orderEvent, orders } from '#domain/streams/orders.ts';
import { writtenValue } from '#domain/written-value.ts';
import type { LakeFile } from './claim.ts';

export interface Conflicting {
  readonly file: LakeFile;
  /** As the lake has it. */
  readonly order: ReadRecord<Order>;
  /** With what it is in conflict. */
  readonly message: string;
}

/** @param record what Kafka has at the order's offset */
export function letterOf({ file, order, message }: Conflicting, record: KafkaRecord | undefined): DeadLetter {
  const { topic, partition } = file;
  const why = record ? whyNot(order, record) : 'Kafka no longer has the record';
  if (record && !why) return { topic, partition, ...record, reason: 'conflict', message };
  const explained = `${message}; ${why}, so it is rebuilt from the lake`;
  return { topic, partition, ...rebuilt(orderEvent, order), reason: 'conflict', message: explained };
}

const read = eventReader(orders);

/** Why the record cannot stand for the order; a topic that was deleted and made anew has other records at the same offsets. */
function whyNot({ timestamp, event }: ReadRecord<Order>, record: KafkaRecord): string | undefined {
  const another = 'Kafka has another record at this offset';
  if (record.timestamp !== timestamp) return another;
  try {
    return differingFields(orderEvent, read(record.value, record.headers), event).length > 0 ? another : undefined;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return 'what Kafka has at this offset cannot be read by the rules of today';
  }
}

/** The record as it would be written today. */
export function rebuilt<Schema extends z.ZodObject>(
  schema: Schema,
  { event, ...place }: ReadRecord<z.infer<Schema>>,
): KafkaRecord {
  const values = event as Readonly<Record<string, unknown>>;
  const given = columnsOf(schema).filter(({ name }) => (values[name] ?? null) !== null);
  const order = Object.fromEntries(given.map((column) => [column.name, writtenValue(column, values[column.name])]));
  const key = Buffer.from(String(values[orders.key]));
  return { ...place, key, value: Buffer.from(JSON.stringify(order)), headers: [] };
}
