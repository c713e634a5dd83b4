/** Reads records by the fast path and by the slow, certain way, and finds where they differ. */
import { deepStrictEqual } from 'node:assert';
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { encodeLines, readLines } from '#adapters/lake/json-lines.ts';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { hashOfFrames } from '#delivery/source-hash.ts';
import { within } from '#delivery/within.ts';
import { columnsOf } from '#domain/columns.ts';
import { Unusable } from '#domain/dead-letters.ts';
import { tooLarge } from '#domain/deliverable.ts';
import { unwrap } from '#domain/envelope.ts';
import { type EventColumns, eventObjects, eventsWithin } from '#domain/event-columns.ts';
import { eventReader, type Readable } from '#domain/event-reader.ts';
import { extraFields } from '#domain/extra-fields.ts';
import { filterOfEvents, idsOf } from '#domain/id-filter.ts';
import { formatCents } from '#domain/money.ts';
import { readBatch } from '#domain/read-batch.ts';
import { framesOf, framesWithin, type RecordFrames } from '#domain/record-frames.ts';
import type { KafkaRecord, PartitionBatch, ReadRecord } from '#domain/records.ts';
import { formatMicros } from '#domain/time.ts';
import { type KafkaEvent, partitionBatches } from '#lambda/kafka-event.ts';
import type { Random } from '#simulator/random.ts';
import { filterOfIds } from '../support/id-filter.ts';
import { encodeByLibrary } from '../support/library-parquet.ts';

export interface Compared {
  readonly good: number;
  readonly bad: number;
}

/**
 * Compares events, dead letters with reason and message, source hash, filter of ids, Parquet file and JSON lines; what is made of
 * all records also of those in a random range, as a batch is cut.
 *
 * @throws AssertionError with the first difference
 */
export function compare(stream: Readable, records: KafkaEvent['records'][string], random: Random): Compared {
  const [batch] = partitionBatches({ records: { 'fuzz-3': records } });
  if (!batch) return { good: 0, bad: 0 };
  const frames = framesOf(batch);
  const read = readBatch(stream, batch);
  const { good, bad } = readOneByOne(stream, batch);
  deepStrictEqual(read.bad, bad);
  comparePart(stream, batch, { frames, events: read.events, records: batch.records, good });
  const [one, other] = [random.pick(batch.records).offset, random.pick(batch.records).offset];
  // It may begin and end where there is no record.
  const range = { firstOffset: Math.min(one, other) - random.integer(0, 1), lastOffset: Math.max(one, other) + 1 };
  comparePart(stream, batch, {
    frames: framesWithin(frames, range),
    events: eventsWithin(read.events, range),
    records: within(batch.records, range),
    good: within(good, range),
  });
  return { good: good.length, bad: bad.length };
}

const utf8 = new TextDecoder();

interface Part {
  readonly frames: RecordFrames;
  readonly events: EventColumns;
  readonly records: readonly KafkaRecord[];
  readonly good: readonly ReadRecord<Record<string, unknown>>[];
}

function comparePart(stream: Readable, batch: PartitionBatch, { frames, events, records, good }: Part): void {
  const { event } = stream;
  const { topic, partition } = batch;
  deepStrictEqual(frames.count, records.length);
  // One by one, since of long lists a difference takes minutes to be found.
  for (const [index, record] of records.entries()) deepStrictEqual(frames.record(index), record);
  deepStrictEqual(eventObjects(events), good);
  deepStrictEqual(hashOfFrames(frames), hashOneByOne(records));
  const ids = { ids: columnsOf(event).map(({ name }) => name) };
  deepStrictEqual(bufferOf(filterOfEvents(ids, events)), bufferOf(filterOfIds(idsOf(ids, good))));
  if (good.length === 0) return;
  const byOffset = new Map(records.map((record) => [record.offset, record]));
  const known = new Set(Object.keys(event.shape));
  const withExtra = good.map((record) => ({
    ...record,
    event: { ...record.event, extra: extraFields(jsonOf(stream, byOffset.get(record.offset)), known) },
  }));
  const file = encodeByLibrary(event, withExtra, { topic, partition });
  deepStrictEqual(Buffer.compare(encodeEvents(event, events, batch), file), 0, 'the Parquet files differ');
  deepStrictEqual(readLines(encodeLines(event, events, batch)), linesOneByOne(event, good, batch));
}

/** Of the event alone. */
function jsonOf({ envelope }: Readable, record: KafkaRecord | undefined): string {
  const text = utf8.decode(record?.value ?? undefined);
  return envelope ? unwrap(envelope, text, record?.headers).json : text;
}

const bufferOf = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes);

/** By the reference alone; a field that is null is left out, as one that is missing. */
function readOneByOne(stream: Readable, { topic, partition, records }: PartitionBatch) {
  const read = eventReader(stream);
  const names = Object.keys(stream.event.shape);
  const good: ReadRecord<Record<string, unknown>>[] = [];
  const bad: object[] = [];
  for (const record of records) {
    const { offset, timestamp, value, headers } = record;
    try {
      if (record.leftOut) throw tooLarge(record.leftOut);
      const fields = read(value, headers, timestamp) as Record<string, unknown>;
      const given = names.flatMap((name) => ((fields[name] ?? null) === null ? [] : [[name, fields[name]]]));
      good.push({ offset, timestamp, event: Object.fromEntries(given) });
    } catch (error) {
      if (!(error instanceof Unusable)) throw error;
      bad.push({ topic, partition, ...record, reason: error.reason, message: error.message });
    }
  }
  return { good, bad };
}

function hashOneByOne(records: readonly KafkaRecord[]): string {
  const hash = createHash('sha256');
  for (const { offset, key, value } of records) {
    const header = Buffer.alloc(16);
    header.writeBigUInt64BE(BigInt(offset));
    header.writeUInt32BE(key?.length ?? 0xffffffff, 8);
    header.writeUInt32BE(value?.length ?? 0xffffffff, 12);
    for (const part of [header, key, value]) if (part) hash.update(part);
  }
  return hash.digest('hex');
}

function linesOneByOne(
  event: z.ZodObject,
  good: readonly ReadRecord<object>[],
  { partition, records }: PartitionBatch,
) {
  const values = new Map(records.map(({ offset, value }) => [offset, value]));
  const written = { money: formatCents, timestamp: formatMicros } as Record<string, (value: never) => string>;
  return good.map(({ offset, timestamp, event: fields }) =>
    JSON.stringify({
      ...Object.fromEntries(
        columnsOf(event).map(({ name, kind }) => {
          const value = (fields as Record<string, unknown>)[name] ?? null;
          return [name, value === null ? null : (written[kind]?.(value as never) ?? value)];
        }),
      ),
      kafka_partition: partition,
      kafka_offset: offset,
      kafka_timestamp: new Date(timestamp).toISOString(),
      raw: Buffer.from(values.get(offset) ?? []).toString(),
    }),
  );
}
