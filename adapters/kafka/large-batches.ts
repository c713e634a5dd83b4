/**
 * kafkajs hands all records of a batch to one call of `push`. A call has room for about 125,000 arguments, so a batch of more
 * records, which a producer may well compress to some kilobytes, threw a RangeError at each fetch and stopped its partition.
 * This reads the answer to a fetch as kafkajs does, and appends record by record. Batches of Kafka before 0.11 are left to
 * kafkajs; brokers before 2.3 answer in other versions.
 */
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeMessageSet from 'kafkajs/src/protocol/messageSet/decoder.js';
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import response from 'kafkajs/src/protocol/requests/fetch/v11/response.js';

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

/** Where a batch, and what came before batches, has the number of its format; and the format that has batches. */
const MAGIC_AT = 16;
const BATCHES = 2;

/** What comes before a batch's records, at least. */
const OVERHEAD = 49;

async function decodeMessages(decoder: Decoder): Promise<unknown[]> {
  const size = decoder.readInt32();
  if (size <= 0 || !decoder.canReadBytes(size)) return [];
  const bytes = decoder.readBytes(size);
  const batches = new Decoder(bytes);
  if (bytes[MAGIC_AT] !== BATCHES) return decodeMessageSet(batches, size);
  const messages: unknown[] = [];
  try {
    while (batches.canReadBytes(OVERHEAD))
      for (const record of (await decodeBatch(batches)).records) messages.push(record);
  } catch (error) {
    // A fetch ends at its limit of bytes, in the middle of a batch.
    if ((error as Error).name !== 'KafkaJSPartialMessageError') throw error;
  }
  return messages;
}
