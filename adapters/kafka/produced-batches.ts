/**
 * Writes what is produced as kafkajs does, to the byte, in one pass over one buffer: kafkajs makes a buffer of 512 bytes for each record
 * and copies it three times, which costs most of what it takes to produce small records. A record with headers is left to kafkajs.
 *
 * Brokers before 0.11, which have no batches, are left to kafkajs too.
 */
import type kafkajs from 'kafkajs';
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import produce, { type PartitionData, type Produce } from 'kafkajs/src/protocol/requests/produce/index.js';
import { type Codec, gzip, lz4, snappy, zstd } from './codecs.ts';

/** The first version with batches. */
const BATCHES = 3;

const { protocol } = produce;
produce.protocol = (asked) => {
  const make = protocol(asked);
  if (Number(asked.version) < BATCHES) return make;
  return (data) => {
    const made = make(data);
    return { ...made, request: { ...made.request, encode: () => encode(data) } };
  };
};

/** https://kafka.apache.org/protocol.html#The_Messages_Produce; kafkajs wants it as one of its encoders. */
async function encode({ transactionalId, acks, timeout, topicData, ...batch }: Produce) {
  const parts: Buffer[] = [text(transactionalId), int16(acks), int32(timeout), int32(topicData.length)];
  for (const { topic, partitions } of topicData) {
    parts.push(text(topic), int32(partitions.length));
    for (const data of partitions) {
      const bytes = await encodeBatch(data, { ...batch, isTransactional: Boolean(transactionalId) });
      parts.push(int32(data.partition), int32(bytes.length), bytes);
    }
  }
  const bytes = Buffer.concat(parts);
  return { buf: bytes, buffer: bytes };
}

interface Batch extends Pick<Produce, 'compression' | 'producerId' | 'producerEpoch'> {
  readonly isTransactional: boolean;
}

/** Bytes of a batch before its records, and up to what its length and its checksum count. */
const HEADER = 61;
const LENGTH_FROM = 12;
const CHECKED_FROM = 21;
const TRANSACTIONAL = 16;

/** https://kafka.apache.org/documentation/#recordbatch */
async function encodeBatch({ messages, firstSequence = 0 }: PartitionData, batch: Batch): Promise<Buffer> {
  const { compression = 0, producerId, producerEpoch = 0, isTransactional } = batch;
  let [first, last] = [Number.POSITIVE_INFINITY, 0];
  const now = Date.now();
  for (const { timestamp = now } of messages) {
    first = Math.min(first, Number(timestamp));
    last = Math.max(last, Number(timestamp));
  }
  // The records stand behind the room for the header.
  const written = writeRecords(messages, first, now);
  const codec = codecs[compression];
  const bytes = codec
    ? Buffer.concat([Buffer.alloc(HEADER), await codec.compress({ buffer: written.subarray(HEADER) })])
    : written;
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - LENGTH_FROM, 8);
  bytes.writeInt32BE(0, 12);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(compression | (isTransactional ? TRANSACTIONAL : 0), 21);
  bytes.writeInt32BE(messages.length - 1, 23);
  bytes.writeBigInt64BE(BigInt(first), 27);
  bytes.writeBigInt64BE(BigInt(last), 35);
  bytes.writeBigInt64BE(BigInt(String(producerId ?? -1)), 43);
  bytes.writeInt16BE(producerEpoch, 51);
  bytes.writeInt32BE(firstSequence, 53);
  bytes.writeInt32BE(messages.length, 57);
  bytes.writeUInt32BE(crc32C(bytes.subarray(CHECKED_FROM)), 17);
  return bytes;
}

/** By the number of its compression. */
const codecs: Readonly<Record<number, Codec>> = { 1: gzip, 2: snappy, 3: lz4, 4: zstd };

/** What a record without headers takes beside its key and value, at most. */
const RECORD_BYTES = 32;

/** https://kafka.apache.org/documentation/#record */
function writeRecords(messages: readonly kafkajs.Message[], firstTimestamp: number, now: number): Buffer {
  const records = messages.map(({ key, value, headers, timestamp = now }, offsetDelta) => {
    const timestampDelta = Number(timestamp) - firstTimestamp;
    if (headers && Object.keys(headers).length > 0)
      return encodeRecord({ key: asBuffer(key), value: asBuffer(value), headers, offsetDelta, timestampDelta }).buffer;
    return { key: asBuffer(key), value: asBuffer(value), timestampDelta };
  });
  const size = records.reduce(
    (sum, record) =>
      sum +
      (Buffer.isBuffer(record)
        ? record.length
        : RECORD_BYTES + (record.key?.length ?? 0) + (record.value?.length ?? 0)),
    HEADER,
  );
  const target = Buffer.allocUnsafe(size);
  let at = HEADER;
  for (const [offsetDelta, record] of records.entries()) {
    if (Buffer.isBuffer(record)) {
      at += record.copy(target, at);
      continue;
    }
    const { key, value, timestampDelta } = record;
    const body = 2 + sizeOfNumber(timestampDelta) + sizeOfNumber(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value);
    at = writeNumber(target, at, body);
    target[at++] = 0;
    at = writeNumber(target, at, timestampDelta);
    at = writeNumber(target, at, offsetDelta);
    at = writeBytes(target, at, key);
    at = writeBytes(target, at, value);
    // No headers.
    target[at++] = 0;
  }
  return target.subarray(0, at);
}

function writeBytes(target: Buffer, at: number, bytes: Buffer | null): number {
  if (bytes === null) {
    // -1
    target[at] = 1;
    return at + 1;
  }
  const from = writeNumber(target, at, bytes.length);
  return from + bytes.copy(target, from);
}

const sizeOfBytes = (bytes: Buffer | null): number => (bytes === null ? 1 : sizeOfNumber(bytes.length) + bytes.length);

/** A varint, zigzag: seven bits a byte, the lowest first. @param value not negative, up to 2^52 */
function writeNumber(target: Buffer, at: number, value: number): number {
  let rest = value * 2;
  let end = at;
  for (; rest >= 128; rest = Math.floor(rest / 128)) target[end++] = (rest % 128) | 128;
  target[end++] = rest;
  return end;
}

function sizeOfNumber(value: number): number {
  let size = 1;
  for (let rest = value * 2; rest >= 128; rest /= 128) size += 1;
  return size;
}

const asBuffer = (bytes: Buffer | string | null | undefined): Buffer | null =>
  bytes === null || bytes === undefined ? null : Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes);

function int16(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function int32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function text(value: string | null | undefined): Buffer {
  if (value === null || value === undefined) return int16(-1);
  const bytes = Buffer.from(value);
  return Buffer.concat([int16(bytes.length), bytes]);
}
