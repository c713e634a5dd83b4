/** Answers to a fetch, as Kafka's protocol has them: https://kafka.apache.org/protocol.html#The_Messages_Fetch */
import { gzipSync } from 'node:zlib';
import response from 'kafkajs/src/protocol/requests/fetch/v11/response.js';
import { expect, test } from 'vitest';
import { batchOfValue } from '../../tests/support/record-batches.ts';
import './client.ts';
import { MOST_UNPACKED } from './codecs.ts';
import type { Message } from './large-batches.ts';

const int8 = (value: number) => Buffer.from([value]);
const int16 = (value: number) => Buffer.from([value >> 8, value]);
const int32 = (value: number) => Buffer.concat([int16(value >> 16), int16(value)]);
const int64 = (value: number) => Buffer.concat([int32(0), int32(value)]);
const array = (...items: Buffer[]) => Buffer.concat([int32(items.length), ...items]);
const text = (value: string) => Buffer.concat([int16(value.length), Buffer.from(value)]);

const GZIP = 1;
/** Length 6, attributes, timestamp and offset like the first's, no key, no value, no headers. */
const EMPTY_RECORD = Buffer.from([12, 0, 0, 0, 1, 1, 0]);

function batchOf(records: number): Buffer {
  const compressed = gzipSync(Buffer.concat(Array.from({ length: records }, () => EMPTY_RECORD)));
  const body = Buffer.concat([
    ...[int32(0), int8(2), int32(0), int16(GZIP), int32(records - 1)],
    ...[int64(0), int64(0), int64(0), int16(0), int32(0)],
    ...[int32(records), compressed],
  ]);
  return Buffer.concat([int64(0), int32(body.length), body]);
}

function answer(...partitions: Buffer[]): Buffer {
  const answers = partitions.map((records, partition) =>
    Buffer.concat([
      ...[int32(partition), int16(0), int64(9), int64(8), int64(7)],
      ...[array(Buffer.concat([int64(5), int64(6)])), int32(-1)],
      ...[int32(records.length), records],
    ]),
  );
  const topic = Buffer.concat([text('orders'), array(...answers)]);
  return Buffer.concat([int32(4), int16(0), int32(3), array(topic)]);
}

const countsOf = async (...partitions: Buffer[]) => {
  const { responses } = await response.decode(answer(...partitions));
  return responses.flatMap(({ partitions }) => partitions.map(({ messages }) => messages.length));
};

// A thread of Vitest has room for four times as many arguments as the main thread of a function.
test('a batch may have more records than a call may have arguments', async () => {
  expect(await countsOf(batchOf(600_000), Buffer.of(), batchOf(1))).toEqual([600_000, 0, 1]);
});

test('batches follow one another, and the last may be cut off', async () => {
  expect(await countsOf(Buffer.concat([batchOf(2), batchOf(3), batchOf(4).subarray(0, -1)]))).toEqual([5]);
});

test('what goes beyond enough is left for the next fetch, but for one batch at least', async () => {
  const megabytes = (size: number) => batchOfValue(size << 20);
  expect(await countsOf(Buffer.concat([megabytes(17), megabytes(17), megabytes(1)]), megabytes(33))).toEqual([2, 1]);
});

test('a batch that unpacks to too much has records of which everything is left out', async () => {
  const batch = batchOfValue(MOST_UNPACKED);
  batch.writeInt32BE(7, 4); // The last four bytes of its first offset.
  batch.writeInt32BE(2, 23);
  batch.writeInt32BE(3, 57);
  const { responses } = await response.decode(answer(Buffer.concat([batch, batchOf(1)])));
  const messages = responses.flatMap(({ partitions }) => partitions.flatMap((each) => each.messages)) as Message[];
  expect(messages.map(({ offset, key, value, leftOut }) => [offset, key, value, leftOut])).toEqual([
    ...['7', '8', '9'].map((offset) => [offset, null, null, { batch: batch.length }]),
    ['0', null, null, undefined],
  ]);
  batch.writeInt32BE(3, 23);
  await expect(response.decode(answer(batch))).rejects.toThrow('compaction has removed some of its 4 records');
});

test('the rest of the answer is as kafkajs has it', async () => {
  const { responses, ...rest } = await response.decode(answer(batchOf(1)));
  expect(rest).toEqual({ throttleTime: 0, clientSideThrottleTime: 4, errorCode: 0, sessionId: 3 });
  expect(responses).toMatchObject([
    {
      topicName: 'orders',
      partitions: [
        {
          ...{ partition: 0, errorCode: 0, highWatermark: '9', lastStableOffset: '8', lastStartOffset: '7' },
          abortedTransactions: [{ producerId: '5', firstOffset: '6' }],
          preferredReadReplica: -1,
        },
      ],
    },
  ]);
});
