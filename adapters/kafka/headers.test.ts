/** The bytes of a record's headers, as Kafka's protocol has them: https://kafka.apache.org/documentation/#recordheader */
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/decoder.js';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0/index.js';
import { expect, test, vi } from 'vitest';
import { headerBytes, readHeaders, toHeaders } from './headers.ts';

const header = (name: string, value: string) => ({ name, value: Buffer.from(value) });

function decode(record: Buffer) {
  const bytes = bytesOf(record);
  return bytes ? readHeaders(bytes) : [];
}

function bytesOf(record: Buffer): Buffer | undefined {
  const decoder = new Decoder(record);
  decoder.readVarInt();
  return headerBytes(decodeRecord(decoder, { firstOffset: '0', firstTimestamp: '0' }).headers);
}
const encode = (headers: ReturnType<typeof toHeaders>): Buffer =>
  encodeRecord({ key: null, value: null, headers }).buffer;

test('headers are written and read in their order, with their repeats', () => {
  const headers = [header('a', '1'), header('2', ''), header('a', '3')];
  // Lengths are zigzag varints: 2n for n, and 1 for null.
  const record = Buffer.from([34, 0, 0, 0, 1, 1, 6, ...[2, 97, 2, 49], ...[2, 50, 0], ...[2, 97, 2, 51]]);
  expect([...encode(toHeaders(headers))]).toEqual([...record]);
  expect(decode(record)).toEqual(headers);
});

test('a name may be one of Object’s, and empty; a header without a value counts as empty', () => {
  const names = ['__proto__', 'constructor', '', '__proto__', 'toString', 'list', 'length', '0'];
  const headers = names.map((name) => header(name, 'x'));
  expect(decode(encode(toHeaders(headers)))).toEqual(headers);
  const withoutValue = Buffer.from([18, 0, 0, 0, 1, 1, 2, ...[2, 97, 1]]);
  expect(decode(withoutValue)).toEqual([header('a', '')]);
  expect(decode(encode(toHeaders([])))).toEqual([]);
});

// kafkajs would copy all headers for each one that it reads: 8 s for 2,000, 160 s for 8,000, beyond the test's timeout.
test('a record of many headers is read at once', () => {
  const headers = Array.from({ length: 8_000 }, (_, n) => header(String(n), ''));
  const read = decode(encode(toHeaders(headers)));
  expect(read.map(({ name }) => name).join()).toBe(headers.map(({ name }) => name).join());
});

// A test that resets Vitest's modules had the next file load it again, which then read lists by what it had put there itself.
test('it is loaded again beside the same kafkajs', async () => {
  vi.resetModules();
  const again = await import('./headers.ts');
  const headers = [header('a', '1'), header('b', '2')];
  const bytes = bytesOf(encode(toHeaders(headers)));
  expect(bytes && again.readHeaders(bytes)).toEqual(headers);
});
