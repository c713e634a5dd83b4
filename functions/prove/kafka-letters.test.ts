import { expect, test } from 'vitest';
import type { DeadLetter } from '#domain/dead-letters.ts';
import { readBatch } from '#domain/read-batch.ts';
import { streams } from '#domain/streams.ts';
import { letterFaults } from './kafka-letters.ts';

const stream = streams.transactions;

/** What the proof says of a letter that bears this reason, of a record with this value. */
function faults(value: Buffer, reason: string): string[] {
  const record = { offset: 7, timestamp: 1, key: null, value, headers: [] };
  const batch = { topic: stream.topic, partition: 0, records: [record] };
  const { bad } = readBatch(stream, batch);
  const letters = bad.map(({ topic, partition, ...letter }: DeadLetter) => ({
    ...{ ...letter, consumer: stream.consumer, topic, partition, key: null, value, headers: [], reason },
  }));
  return letterFaults(stream, batch, bad, letters);
}

/** A value with a schema registry's header. */
const AVRO = Buffer.from([0, 0, 0, 0, 1, 2, 0x80]);

test.each(['unsupported_format', 'not_utf8', 'not_json'])('a format that is not read may be called %s', (reason) => {
  expect(faults(AVRO, reason)).toEqual([]);
});

test('of no other record may the reason be another', () => {
  expect(faults(AVRO, 'missing_field')).toEqual([
    'dead letter of offset 7: its reason is missing_field, Kafka’s record is unsupported_format',
  ]);
  expect(faults(Buffer.from('{'), 'not_utf8')).toEqual([
    'dead letter of offset 7: its reason is not_utf8, Kafka’s record is not_json',
  ]);
});
