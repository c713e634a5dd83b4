import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import { encodeRecords as encodeEvents } from '../../tests/support/encoded.ts';
import { type ParquetSource, readEvents } from './parquet-read.ts';

const from = { topic: 'things', partition: 1 };
const version1 = z.object({ id: uuid(''), price: money(''), at: timestamp('') });
const version2 = version1.extend({ note: text(20, '').nullish(), pieces: quantity('').nullish() });

const sourceOf = (file: Uint8Array): ParquetSource => ({
  byteLength: file.byteLength,
  slice: (start, end) => file.subarray(start, end),
});
async function readAll<Event extends z.ZodObject>(event: Event, file: Uint8Array) {
  const records = [];
  for await (const group of readEvents(event, sourceOf(file))) records.push(...group);
  return records;
}

const something = fc.record({
  id: fc.uuid(),
  price: fc.integer({ min: -9_999_999_999, max: 9_999_999_999 }),
  at: fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
  note: fc.option(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })),
  pieces: fc.option(fc.integer({ min: 1, max: 2_147_483_647 })),
});

test('what was encoded is read again, exactly, and the bytes are always the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(something, { minLength: 1, maxLength: 50 }), fc.nat(2 ** 40), async (events, offset) => {
      const records = events.map((event, index) => ({ offset: offset + index, timestamp: 1_765_411_200_123, event }));
      const file = encodeEvents(version2, records, from);
      expect(await readAll(version2, file)).toEqual(records);
      expect(Buffer.from(file).equals(encodeEvents(version2, structuredClone(records), from))).toBe(true);
    }),
  );
});

// TextDecoder drops a byte order mark at the start, by default.
test('text that begins with a byte order mark keeps it', async () => {
  const event = {
    id: '3f1c9a52-7d2e-4b1a-9c3d-5e6f7a8b9c0d',
    price: 1,
    at: 2n,
    note: '\ufeff\ufeffnote',
    pieces: null,
  };
  const file = encodeEvents(version2, [{ offset: 1, timestamp: 3, event }], from);
  expect((await readAll(version2, file))[0]?.event.note).toBe('\ufeff\ufeffnote');
});

test('a file of an earlier version has null where the later one has more columns', async () => {
  const event = { id: '3f1c9a52-7d2e-4b1a-9c3d-5e6f7a8b9c0d', price: 1, at: 2n };
  const file = encodeEvents(version1, [{ offset: 1, timestamp: 3, event }], from);
  expect(await readAll(version2, file)).toEqual([
    { offset: 1, timestamp: 3, event: { ...event, note: null, pieces: null } },
  ]);
});

test('a file without a column that must be there is refused', async () => {
  const event = { id: '3f1c9a52-7d2e-4b1a-9c3d-5e6f7a8b9c0d', price: 1, at: 2n };
  const file = encodeEvents(version1, [{ offset: 1, timestamp: 3, event }], from);
  await expect(readAll(z.object({ name: text(10, '') }), file)).rejects.toThrow('has no column name');
});

test('no records make no file', () => {
  expect(() => encodeEvents(version1, [], from)).toThrow('at least one record');
});
