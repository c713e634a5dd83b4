import { expect, test } from 'vitest';
import { compressedRecords, foreignBatches, foreignRecords } from '../../tests/support/foreign-batches.ts';
import { decodeLz4, decodeSnappy, gzip, lz4, MOST_UNPACKED, snappy, unpacksToTooMuch, zstd } from './codecs.ts';

const decoders = {
  gzip: gzip.decompress,
  snappy: snappy.decompress,
  lz4: lz4.decompress,
  zstd: zstd.decompress,
};

for (const client of ['java', 'librdkafka'] as const)
  for (const codec of ['gzip', 'snappy', 'lz4', 'zstd'] as const)
    test(`${codec} as ${client} writes it`, async () => {
      const batches = foreignBatches(`${client}-${codec}`).map(compressedRecords);
      const records = Buffer.concat(await Promise.all(batches.map(decoders[codec])));
      let at = 0;
      for (const { key, value } of foreignRecords) {
        at = records.indexOf(`${key}`, at);
        expect(at).toBeGreaterThan(0);
        at = records.indexOf(value, at);
        expect(at).toBeGreaterThan(0);
      }
    });

test.each([
  ['zstd', zstd],
  ['gzip', gzip],
])('%s reads what it wrote', async (_, codec) => {
  const text = Buffer.from('an order '.repeat(1_000));
  expect(await codec.decompress(await codec.compress({ buffer: text }))).toEqual(text);
});

test('gzip and LZ4 are read up to a limit', async () => {
  const megabyte = await gzip.compress({ buffer: Buffer.alloc(1 << 20) });
  const tooMuch = Buffer.concat(Array.from({ length: (MOST_UNPACKED >> 20) + 1 }, () => megabyte));
  expect(unpacksToTooMuch(await gzip.decompress(tooMuch).catch((error) => error))).toBe(true);
  const fiveBytes = frame(0, [0], storedBlock);
  expect(decodeLz4(fiveBytes, 5)).toHaveLength(5);
  expect(() => decodeLz4(fiveBytes, 4)).toThrow(expect.toSatisfy(unpacksToTooMuch));
});

/** Magic, flags, largest block 64 KB, header checksum; blocks; end mark. */
const frame = (flags: number, ...parts: readonly (number[] | string)[]) =>
  Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40 | flags, 0x40]),
    ...parts.map((part) => Buffer.from(part as string)),
    Buffer.from([0, 0, 0, 0]),
  ]);

const storedBlock = [5, 0, 0, 0x80, ...Buffer.from('order')];
const BLOCK_CHECKSUM = 0x10;
const CONTENT_SIZE = 0x08;

test('an LZ4 frame may hold blocks as they are', () => {
  expect(decodeLz4(frame(0, [0], storedBlock, storedBlock)).toString()).toBe('orderorder');
});

test('an LZ4 frame may have a checksum after each block, and the size of its content in front', () => {
  const checksum = [1, 2, 3, 4];
  expect(decodeLz4(frame(BLOCK_CHECKSUM, [0], storedBlock, checksum, storedBlock, checksum)).toString()).toBe(
    'orderorder',
  );
  expect(decodeLz4(frame(CONTENT_SIZE, [5, 0, 0, 0, 0, 0, 0, 0], [0], storedBlock)).toString()).toBe('order');
});

test('bytes that are not an LZ4 frame are named in the error', () => {
  expect(() => decodeLz4(Buffer.from('order'))).toThrow('Expected an LZ4 frame, got bytes that begin 6f726465');
});

test('Snappy and LZ4 are not produced', async () => {
  await expect(snappy.compress({ buffer: Buffer.of() })).rejects.toThrow('choose gzip or zstd');
  await expect(lz4.compress({ buffer: Buffer.of() })).rejects.toThrow('choose gzip or zstd');
  expect(decodeSnappy(Buffer.from([5, 16, ...Buffer.from('order')])).toString()).toBe('order');
});
