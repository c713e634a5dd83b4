/**
 * The records of a partition in one buffer, each framed as the source hash wants it: the hash is then one pass over the
 * buffer, and a value is read where it lies. Nothing is made for each record until somebody asks for it.
 */
import { SLACK } from './column-values/storage.ts';
import type { OffsetRange } from './deliveries.ts';
import type { KafkaRecord, PartitionBatch } from './records.ts';

export interface RecordFrames {
  readonly count: number;
  readonly offsets: Float64Array;
  /** Milliseconds since 1970. */
  readonly timestamps: Float64Array;
  /** Ends with `SLACK` zeros, which belong to no record. */
  readonly bytes: Buffer;
  /** Where each record's frame starts, and where the last one ends. */
  readonly starts: Int32Array;
  /** Where each record's value starts; it ends where the next frame starts. `NO_VALUE` if there is none to be read. */
  readonly values: Int32Array;
  /** The record itself. */
  record(index: number): KafkaRecord;
}

/** Its record has no value, or not all of it. */
export const NO_VALUE = -1;

/** Of an absent key or value. */
const ABSENT = 0xffffffff;

/** Before key and value stand the offset (64 bits) and their lengths (32 bits each). */
const HEADER_BYTES = 16;

export interface FrameParts {
  readonly offset: number;
  readonly timestamp: number;
  /** Bytes of the key and the value; null for none. */
  readonly key: number | null;
  readonly value: number | null;
  /** All of the record is here. */
  readonly whole: boolean;
}

/**
 * @param bytes room for all of them, at most: it may be more than there are
 * @param put writes key and value of a record behind each other, from `at` on
 */
export function frameRecords(
  count: number,
  bytes: number,
  put: (buffer: Buffer, index: number, at: number) => FrameParts,
  record: RecordFrames['record'],
): RecordFrames {
  const buffer = Buffer.allocUnsafe(bytes + count * HEADER_BYTES + SLACK);
  const view = new DataView(buffer.buffer, buffer.byteOffset);
  const offsets = new Float64Array(count);
  const timestamps = new Float64Array(count);
  const starts = new Int32Array(count + 1);
  const values = new Int32Array(count);
  let at = 0;
  for (let index = 0; index < count; index++) {
    const { offset, timestamp, key, value, whole } = put(buffer, index, at + HEADER_BYTES);
    offsets[index] = offset;
    timestamps[index] = timestamp;
    starts[index] = at;
    view.setUint32(at, offset / 2 ** 32);
    view.setUint32(at + 4, offset);
    view.setUint32(at + 8, key ?? ABSENT);
    view.setUint32(at + 12, value ?? ABSENT);
    const start = at + HEADER_BYTES + (key ?? 0);
    values[index] = whole && value !== null ? start : NO_VALUE;
    at = start + (value ?? 0);
  }
  starts[count] = at;
  buffer.fill(0, at, at + SLACK);
  return { count, offsets, timestamps, bytes: buffer.subarray(0, at + SLACK), starts, values, record };
}

/** The value of a record, where it lies; null if there is none to be read. */
export function recordValue({ bytes, starts, values }: RecordFrames, index: number): Buffer | null {
  const start = values[index] ?? NO_VALUE;
  return start === NO_VALUE ? null : bytes.subarray(start, starts[index + 1]);
}

/** A function that finds the index of a record by its offset, if it is asked for ascending ones; -1 if there is none. */
export function recordFinder({ count, offsets }: RecordFrames): (offset: number) => number {
  let index = 0;
  return (offset) => {
    while (index < count && (offsets[index] as number) < offset) index++;
    return index < count && offsets[index] === offset ? index : -1;
  };
}

const framesOfBatch = new WeakMap<PartitionBatch, RecordFrames>();

/** A batch whose records are made when they are asked for. */
export function framedBatch(topic: string, partition: number, frames: RecordFrames): PartitionBatch {
  let records: readonly KafkaRecord[] | undefined;
  const batch = {
    topic,
    partition,
    get records() {
      records ??= Array.from({ length: frames.count }, (_, index) => frames.record(index));
      return records;
    },
  };
  framesOfBatch.set(batch, frames);
  return batch;
}

/** The frames of a batch, which are made once. */
export function framesOf(batch: PartitionBatch): RecordFrames {
  const known = framesOfBatch.get(batch);
  if (known) return known;
  const frames = frame(batch.records);
  framesOfBatch.set(batch, frames);
  return frames;
}

export function frame(records: readonly KafkaRecord[]): RecordFrames {
  const bytes = records.reduce((sum, { key, value }) => sum + (key?.length ?? 0) + (value?.length ?? 0), 0);
  const put = (buffer: Buffer, index: number, at: number): FrameParts => {
    const { offset, timestamp, key, value, leftOut } = records[index] as KafkaRecord;
    if (key) buffer.set(key, at);
    if (value) buffer.set(value, at + (key?.length ?? 0));
    return { offset, timestamp, key: key?.length ?? null, value: value?.length ?? null, whole: !leftOut };
  };
  return frameRecords(records.length, bytes, put, (index) => records[index] as KafkaRecord);
}

/** The part of the frames that lies in a range. The bytes stay where they are. */
export function framesWithin(frames: RecordFrames, range: OffsetRange): RecordFrames {
  const { from, to } = rowsWithin(frames.offsets, range);
  if (from === 0 && to === frames.count) return frames;
  return {
    count: to - from,
    offsets: frames.offsets.subarray(from, to),
    timestamps: frames.timestamps.subarray(from, to),
    bytes: frames.bytes,
    starts: frames.starts.subarray(from, to + 1),
    values: frames.values.subarray(from, to),
    record: (index) => frames.record(from + index),
  };
}

/** Which of ascending offsets lie in a range: from `from` to before `to`. */
export function rowsWithin(offsets: Float64Array, range: OffsetRange): { from: number; to: number } {
  const first = offsets.findIndex((offset) => offset >= range.firstOffset);
  const from = first < 0 ? offsets.length : first;
  const last = offsets.findLastIndex((offset) => offset <= range.lastOffset);
  return { from, to: Math.max(from, last + 1) };
}
