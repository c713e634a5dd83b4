/** Reads records by the fast path and by the slow, certain way, and finds where they differ. */
import { deepStrictEqual } from 'node:assert';
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { encodeLines, readLines } from '#adapters/lake/json-lines.ts';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { hashOfFrames } from '#delivery/source-hash.ts';
import { columnsOf } from '#domain/columns.ts';
import { Unusable } from '#domain/dead-letters.ts';
import { tooLarge } from '#domain/deliverable.ts';
import { eventReader } from '#domain/event-reader.ts';
import { filterOfEvents, idFilter, idsOf } from '#domain/id-filter.ts';
import { formatCents } from '#domain/money.ts';
import { readBatch } from '#domain/read-batch.ts';
import { framesOf } from '#domain/record-frames.ts';
import type { KafkaRecord, PartitionBatch, ReadRecord } from '#domain/records.ts';
import { formatMicros } from '#domain/time.ts';
import { type KafkaEvent, partitionBatches } from '#lambda/kafka-event.ts';
import { encodeByLibrary } from '../support/library-parquet.ts';

export interface Compared {
  readonly good: number;
  readonly bad: number;
}

/**
 * Compares events, dead letters with reason and message, source hash, filter of ids, Parquet file and JSON lines.
 *
 * @throws AssertionError with the first difference
 */
export function compare(event: z.ZodObject, records: KafkaEvent['records'][string]): Compared {
  const [batch] = partitionBatches({ records: { 'fuzz-3': records } });
  if (!batch) return { good: 0, bad: 0 };
  const { topic, partition } = batch;
  const read = readBatch(event, batch);
  const expected = readOneByOne(event, batch);
  deepStrictEqual(read.bad, expected.bad);
  deepStrictEqual(read.good, expected.good);
  deepStrictEqual(hashOfFrames(framesOf(batch)), hashOneByOne(batch.records));
  const ids = { ids: columnsOf(event).map(({ name }) => name) };
  const filter = filterOfEvents(ids, read.events);
  deepStrictEqual(filter && Buffer.from(filter), bufferOf(idFilter(idsOf(ids, expected.good))));
  if (expected.good.length > 0) {
    const file = encodeByLibrary(event, expected.good, { topic, partition });
    deepStrictEqual(Buffer.compare(encodeEvents(event, read.events, batch), file), 0, 'the Parquet files differ');
    deepStrictEqual(readLines(encodeLines(event, read.events, batch)), linesOneByOne(event, expected.good, batch));
  }
  return { good: read.good.length, bad: read.bad.length };
}

const bufferOf = (bytes: Uint8Array | null) => bytes && Buffer.from(bytes);

/** By the reference alone; a field that is null is left out, as one that is missing. */
function readOneByOne(event: z.ZodObject, { topic, partition, records }: PartitionBatch) {
  const read = eventReader(event);
  const names = Object.keys(event.shape);
  const good: ReadRecord<Record<string, unknown>>[] = [];
  const bad: object[] = [];
  for (const record of records) {
    const { offset, timestamp, value } = record;
    try {
      if (record.leftOut) throw tooLarge(record.leftOut);
      const fields = read(value) as Record<string, unknown>;
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
