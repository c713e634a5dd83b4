/** Record batches of other Kafka clients (tests/fixtures/kafka), and a way to send them to a broker as they are. */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { inRepository } from '#adapters/repository.ts';

export const foreignClients = ['java', 'librdkafka'] as const;
export const codecs = ['gzip', 'snappy', 'lz4', 'zstd'] as const;

export const foreignRecords = Array.from({ length: 1_000 }, (_, index) => ({
  timestamp: 1_700_000_000_000 + index,
  key: `user-${index % 10}`,
  value: `{"order":${index},"note":"${'Grüße '.repeat(index % 20)}"}`,
}));

/** A batch's header: base offset, length of what follows, leader epoch, magic, CRC, attributes and so on; then records. */
const LENGTH_AT = 8;
const FOLLOWS_AT = 12;
const RECORDS_AT = 61;

export function foreignBatches(name: `${(typeof foreignClients)[number]}-${(typeof codecs)[number]}`): Buffer[] {
  const log = readFileSync(inRepository(`tests/fixtures/kafka/${name}.batches`));
  const batches: Buffer[] = [];
  for (let at = 0; at < log.length; ) {
    const end = at + FOLLOWS_AT + log.readInt32BE(at + LENGTH_AT);
    batches.push(log.subarray(at, end));
    at = end;
  }
  return batches;
}

export const compressedRecords = (batch: Buffer): Buffer => batch.subarray(RECORDS_AT);

/** Sends the batch to partition 0 of the topic, byte for byte, and rejects if the broker refuses it. */
export function produceAsIs(port: number, topic: string, batch: Buffer): Promise<void> {
  const header = [int16(0), int16(7), int32(1), int16(-1)]; // Produce, version 7, correlation id 1, no client id
  const settings = [int16(-1), int16(-1), int32(10_000)]; // no transaction, acknowledged by all, timeout
  const data = [int32(1), text(topic), int32(1), int32(0), int32(batch.length), batch];
  const request = Buffer.concat([...header, ...settings, ...data]);
  // Correlation id, number of topics, name, number of partitions, partition, then the error code.
  const errorAt = 4 + 4 + 4 + (2 + topic.length) + 4 + 4;

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.concat([int32(request.length), request])));
  let answer = Buffer.alloc(0);
  socket.on('data', (data) => {
    answer = Buffer.concat([answer, data]);
    if (answer.length < errorAt + 2) return;
    socket.destroy();
    const error = answer.readInt16BE(errorAt);
    if (error === 0) resolve();
    else reject(new Error(`The broker refused the batch with error ${error} of Kafka's protocol.`));
  });
  socket.on('error', reject);
  return promise;
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
};

const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
};

const text = (value: string): Buffer => Buffer.concat([int16(value.length), Buffer.from(value)]);
