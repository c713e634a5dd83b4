import { createHash } from 'node:crypto';
import { frame, type RecordFrames } from '#domain/record-frames.ts';
import type { KafkaRecord } from '#domain/records.ts';

/**
 * SHA-256, in hex, over offset, key and value of every record: the same records give the same hash, whichever encoder
 * or version writes them.
 */
export const sourceHash = (records: readonly KafkaRecord[]): string => hashOfFrames(frame(records));

/** The same of records that are framed: one update, since a call per record would cost more than the hash. */
export const hashOfFrames = ({ bytes, starts, count }: RecordFrames): string =>
  createHash('sha256').update(bytes.subarray(starts[0], starts[count])).digest('hex');
