import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eventReader } from './event-reader.ts';
import { streams } from './streams.ts';

const JSON_TEXT = '{"order_id": "b57893f5-54cb-4e6e-aa1e-487b64d32a99"}';
const read = eventReader(streams.orders);

const AVRO = Buffer.concat([
  Buffer.from([72]),
  Buffer.from('b57893f5-54cb-4e6e-aa1e-487b64d32a99'),
  Buffer.from([0x80, 2]),
]);
const bytes = (...parts: (Buffer | string | number[])[]) =>
  Buffer.concat(parts.map((part) => Buffer.from(part as string)));
/** Fields 1 (text) and 2 (number). */
const PROTOBUF = bytes([0x0a, 36], 'b57893f5-54cb-4e6e-aa1e-487b64d32a99', [0x10, 0x96, 1]);

test.each([
  ['Avro behind a schema’s number', bytes([0, 0, 0, 0, 7], AVRO), 'schema registry'],
  ['JSON behind a schema’s number', bytes([0, 0, 0, 0, 7], JSON_TEXT), 'schema registry'],
  ['an Avro file', bytes('Obj', [1, 4], 'avro.codec'), 'an Avro file'],
  ['a single object of Avro', bytes([0xc3, 1], Buffer.alloc(8, 9), AVRO), 'a single object of Avro'],
  ['Protobuf', PROTOBUF, 'Protobuf'],
  ['Protobuf that begins with a number', bytes([8, 0x96, 1]), 'Protobuf'],
  ['gzip', gzipSync(JSON_TEXT), 'gzip'],
  ['zstd', zstdCompressSync(JSON_TEXT), 'zstd'],
  ['UTF-16 with a byte order mark', bytes([0xff, 0xfe], Buffer.from(JSON_TEXT, 'utf16le')), 'UTF-16'],
  ['UTF-16, high bytes first', bytes([0xfe, 0xff], Buffer.from(JSON_TEXT, 'utf16le').swap16()), 'UTF-16'],
  ['UTF-16 without a byte order mark', Buffer.from(JSON_TEXT, 'utf16le'), 'UTF-16'],
  ['an object of Java', bytes([0xac, 0xed, 0, 5], 'sr'), 'Java'],
])('%s is named, with what to do', (_, value, name) => {
  expect(() => read(value)).toThrow(
    expect.objectContaining({
      reason: 'unsupported_format',
      message: expect.stringMatching(new RegExp(`got what looks like .*${name}.*: .*(send|JSON)`)),
    }),
  );
});

test.each([
  ['', 'not_json'],
  ['order;12.50', 'not_json'],
  ['{"order_id": "a\0b"}', 'not_json'],
  ['\n{"order_id": ', 'not_json'],
  [Buffer.from('{"category": "café"}', 'latin1'), 'not_utf8'],
  [Buffer.from([0xff, 0xd8, 0xff]), 'not_utf8'],
  ['\ufeff{}', 'missing_field'],
  ['null', 'not_an_object'],
])('%j is none of them: %s', (value, reason) => {
  expect(() => read(Buffer.from(value as string))).toThrow(expect.objectContaining({ reason }));
});
