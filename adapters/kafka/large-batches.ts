/**
 * Reads the answer to a fetch as kafkajs does, but within bounds: a producer compresses to kilobytes what fills the memory.
 * - kafkajs hands all records of a batch to one call of `push`, which has room for about 125,000. This appends one by one.
 * - It unpacks all batches of an answer. This stops when it has enough; what is left comes with the next fetch.
 * - A batch that unpacks to too much counts as records of which everything was left out.
 *
 * Batches of Kafka before 0.11 are left to kafkajs; brokers before 2.3 answer in other versions.
 */

import type kafkajs from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeMessageSet from 'kafkajs/src/protocol/messageSet/decoder.js';
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import response from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import type { LeftOut } from '#domain/deliverable.ts';
import { unpacksToTooMuch } from './codecs.ts';
import { headerBytes } from './headers.ts';

/** https://kafka.apache.org/protocol.html#The_Messages_Fetch */
response.decode = async (bytes) => {
  const decoder = new Decoder(bytes);
  // The broker only asks the client to slow down; as the throttle time, kafkajs would believe that the broker has waited.
  const clientSideThrottleTime = decoder.readInt32();
  const errorCode = decoder.readInt16();
  const sessionId = decoder.readInt32();
  const responses = await decoder.readArrayAsync(async () => ({
    topicName: decoder.readString(),
    partitions: await decoder.readArrayAsync(() => decodePartition(decoder)),
  }));
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses };
};

const decodePartition = async (decoder: Decoder) => ({
  partition: decoder.readInt32(),
  errorCode: decoder.readInt16(),
  highWatermark: String(decoder.readInt64()),
  lastStableOffset: String(decoder.readInt64()),
  lastStartOffset: String(decoder.readInt64()),
  abortedTransactions: decoder.readArray(() => ({
    producerId: String(decoder.readInt64()),
    firstOffset: String(decoder.readInt64()),
  })),
  preferredReadReplica: decoder.readInt32(),
  messages: await decodeMessages(decoder),
});

/** Bytes of records after which no further batch of a partition is unpacked. */
const ENOUGH = 32 * 1024 * 1024;

/** What a record takes beside its bytes, about. */
const RECORD_BYTES = 100;

/** Where a batch, and what came before batches, has the number of its format; and the format that has batches. */
const MAGIC_AT = 16;
const BATCHES = 2;

/** What comes before a batch's records, at least. */
const OVERHEAD = 49;

/** A record as kafkajs reads it. */
export type Message = kafkajs.KafkaMessage & {
  readonly batchContext?: { readonly timestampType: number };
  /** Set here. */
  readonly leftOut?: LeftOut;
};

async function decodeMessages(decoder: Decoder): Promise<readonly Message[]> {
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  const bytes = decoder.readBytes(size);
  const batches = new Decoder(bytes);
  if (bytes[MAGIC_AT] !== BATCHES) return decodeMessageSet(batches, size);
  const messages: Message[] = [];
  try {
    for (let left = ENOUGH; left > 0 && batches.canReadBytes(OVERHEAD); )
      for (const message of await decodeBounded(batches)) {
        messages.push(message);
        left -= sizeOf(message);
      }
  } catch (error) {
    // A fetch ends at its limit of bytes, in the middle of a batch.
    if ((error as Error).name !== 'KafkaJSPartialMessageError') throw error;
  }
  return messages;
}

/** How much memory a message takes, about. */
export const sizeOf = ({ key, value, headers }: Message): number =>
  RECORD_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + (headerBytes(headers)?.length ?? 0);

async function decodeBounded(batches: Decoder): Promise<readonly Message[]> {
  const start = batches.offset;
  try {
    return (await decodeBatch(batches)).records;
  } catch (error) {
    if (!unpacksToTooMuch(error)) throw error;
    return withoutRecords(batches.buffer.subarray(start, batches.offset));
  }
}

/** Where the header of a batch says its length, which counts from behind it, and its number of records; where it ends. */
const LENGTH_AT = 8;
const COUNT_AT = 57;
const HEADER_END = 61;

/** As many records as the batch has, with nothing in them. */
async function withoutRecords(batch: Buffer): Promise<readonly Message[]> {
  const header = Buffer.from(batch.subarray(0, HEADER_END));
  header.writeInt32BE(HEADER_END - LENGTH_AT - 4, LENGTH_AT);
  header.writeInt32BE(0, COUNT_AT);
  const { records: _, ...batchContext } = await decodeBatch(new Decoder(header));
  const { firstOffset, lastOffsetDelta, firstTimestamp } = batchContext;
  const count = batch.readInt32BE(COUNT_AT);
  if (count !== lastOffsetDelta + 1)
    throw new Error(
      `Expected the batch at offset ${firstOffset} to unpack to less, since compaction has removed some of its ` +
        `${lastOffsetDelta + 1} records and only its bytes say which.`,
    );
  const common = { key: null, value: null, headers: {}, timestamp: firstTimestamp, attributes: 0, batchContext };
  const leftOut = { batch: batch.length };
  return Array.from({ length: count }, (_, n) => ({ ...common, offset: String(Number(firstOffset) + n), leftOut }));
}
