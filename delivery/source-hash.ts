import { createHash } from 'node:crypto';
import type { KafkaRecord } from '#domain/records.ts';

const HEADER_BYTES = 16;
const ABSENT = 0xffffffff;

/**
 * SHA-256, in hex, over offset, key and value of every record: the same records give the same hash, whichever encoder
 * or version writes them. One buffer and one update, since a call per record would cost more than the hash.
 */
export function sourceHash(records: readonly KafkaRecord[]): string {
  let size = 0;
  for (const { key, value } of records) size += HEADER_BYTES + (key?.byteLength ?? 0) + (value?.byteLength ?? 0);
  const buffer = Buffer.allocUnsafe(size);
  let at = 0;
  for (const { offset, key, value } of records) {
    buffer.writeBigUInt64BE(BigInt(offset), at);
    buffer.writeUInt32BE(key?.byteLength ?? ABSENT, at + 8);
    buffer.writeUInt32BE(value?.byteLength ?? ABSENT, at + 12);
    at += HEADER_BYTES;
    if (key) buffer.set(key, at);
    at += key?.byteLength ?? 0;
    if (value) buffer.set(value, at);
    at += value?.byteLength ?? 0;
  }
  return createHash('sha256').update(buffer).digest('hex');
}
