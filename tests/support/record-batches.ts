/** Batches of one hostile record, which no client would write: small as they travel, large once they are unpacked. */
import { zstdCompressSync } from 'node:zlib';
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';

/** A header as in Kafka's protocol: a name of one letter, and no bytes. */
const HEADER = Buffer.from([2, 97, 0]);

export const batchOfHeaders = (count: number): Buffer =>
  batchOf(Buffer.concat([varint(-1), varint(0), varint(count), Buffer.alloc(count * HEADER.length, HEADER)]));

export const batchOfValue = (bytes: number): Buffer =>
  batchOf(Buffer.concat([varint(-1), varint(bytes), Buffer.alloc(bytes), varint(0)]));

const ZSTD = 4;

/** @param parts the record's key, value and headers: https://kafka.apache.org/documentation/#recordbatch */
function batchOf(parts: Buffer): Buffer {
  const record = Buffer.concat([Buffer.from([0, 0, 0]), parts]);
  const records = zstdCompressSync(Buffer.concat([varint(record.length), record]));
  const header = Buffer.alloc(61);
  header.writeInt32BE(header.length - 12 + records.length, 8);
  header.writeInt8(2, 16);
  header.writeInt16BE(ZSTD, 21);
  header.writeBigInt64BE(BigInt(Date.now()), 27);
  header.writeBigInt64BE(BigInt(Date.now()), 35);
  header.fill(0xff, 43, 57); // No producer id, epoch or sequence.
  header.writeInt32BE(1, 57);
  const batch = Buffer.concat([header, records]);
  batch.writeUInt32BE(crc32C(batch.subarray(21)), 17);
  return batch;
}

/** A number of less than 31 bits, as in Protocol Buffers, with its sign in the last bit. */
function varint(number: number): Buffer {
  const bytes: number[] = [];
  let rest = ((number << 1) ^ (number >> 31)) >>> 0;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Buffer.from([...bytes, rest]);
}
