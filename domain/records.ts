/** A record as Kafka delivered it, and what becomes of it when its event is read. */
import type { z } from 'zod';
import { columnsOf } from './columns.ts';
import { type DeadLetter, type Reason, Unusable } from './dead-letters.ts';
import { type LeftOut, tooLarge } from './deliverable.ts';
import { eventScanner } from './event-scanner.ts';
import { exactNumber } from './exact-number.ts';

export interface KafkaRecord {
  readonly offset: number;
  /** Kafka's timestamp, milliseconds since 1970; -1 if the producer set none. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array }[];
  /** Absent if the record is whole. */
  readonly leftOut?: LeftOut;
}

/** The records of one partition in the order of their offsets. */
export interface PartitionBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly KafkaRecord[];
}

export interface ReadRecord<Event> {
  readonly offset: number;
  readonly timestamp: number;
  readonly event: Event;
}

/** A partition's batch once it is read: its usable events and its dead letters, each in offset order. */
export interface ReadBatch<Event> {
  readonly good: readonly ReadRecord<Event>[];
  readonly bad: readonly DeadLetter[];
}

/** The batch with more of its partition's records, which it lacked. */
export const withRecords = (batch: PartitionBatch, more: readonly KafkaRecord[]): PartitionBatch => ({
  ...batch,
  records: [...batch.records, ...more].sort((a, b) => a.offset - b.offset),
});

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function readBatch<Schema extends z.ZodObject>(
  schema: Schema,
  batch: PartitionBatch,
): ReadBatch<z.infer<Schema>> {
  const read = eventReader(schema);
  const good: ReadRecord<z.infer<Schema>>[] = [];
  const bad: DeadLetter[] = [];
  for (const record of batch.records) {
    try {
      if (record.leftOut) throw tooLarge(record.leftOut);
      good.push({ offset: record.offset, timestamp: record.timestamp, event: read(record.value) });
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      const { topic, partition } = batch;
      bad.push({ topic, partition, ...record, reason: error.reason, message: error.message });
    }
  }
  return { good, bad };
}

/** A function that reads an event from a record's value, or throws Unusable. */
export function eventReader<Schema extends z.ZodObject>(schema: Schema): (value: Uint8Array | null) => z.infer<Schema> {
  const scan = eventScanner(columnsOf(schema));
  const parse = referenceParser(schema);
  return (value) => {
    if (value === null) throw new Unusable('null_value', 'expected a JSON object, got a record without a value');
    const json = attempt(() => utf8.decode(value), 'not_utf8', 'expected UTF-8 text');
    return (scan(json) as z.infer<Schema> | undefined) ?? parse(json);
  };
}

/** Reads an event by its schema. The scanner must agree with it, and leaves to it whatever it isn't sure of. */
export function referenceParser<Schema extends z.ZodObject>(schema: Schema): (json: string) => z.infer<Schema> {
  const numbers = columnsOf(schema).flatMap(({ kind, name }) => (kind === 'money' || kind === 'integer' ? [name] : []));
  return (json) => {
    const parsed: unknown = attempt(() => JSON.parse(json), 'not_json', 'expected a JSON object');
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
      throw new Unusable(
        'not_an_object',
        `expected a JSON object, got ${Array.isArray(parsed) ? 'an array' : parsed === null ? 'null' : `a ${typeof parsed}`}`,
      );
    const fields = parsed as Record<string, unknown>;
    for (const name of numbers) {
      const number = fields[name];
      if (typeof number === 'number') fields[name] = exactNumber(json, name, number);
    }
    const result = schema.safeParse(fields);
    if (result.success) return result.data;
    throw firstIssue(result.error);
  };
}

function firstIssue(error: z.ZodError): Unusable {
  const [issue] = error.issues;
  const reason = issue?.code === 'custom' ? (issue.params?.reason as Reason | undefined) : undefined;
  return new Unusable(reason ?? 'wrong_type', `${issue?.path.join('.')}: ${issue?.message}`);
}

function attempt<T>(read: () => T, reason: Reason, expected: string): T {
  try {
    return read();
  } catch (error) {
    // JSON.parse quotes what it can't read; the dead letter's message is stored as text, which holds no NUL.
    const message = (error as Error).message.slice(0, 200).toWellFormed().replaceAll('\0', '\\0');
    throw new Unusable(reason, `${expected}: ${message}`);
  }
}
