import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import { eventObjects } from '#domain/event-columns.ts';
import { readBatch } from '#domain/read-batch.ts';
import type { ReadRecord } from '#domain/records.ts';
import { encodeRecords as encodeEvents } from '../../tests/support/encoded.ts';
import { encodeEvents as encodeColumns } from './parquet.ts';
import { type ParquetSource, readEventColumns, readEvents, readRowGroups } from './parquet-read.ts';

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

/** The same by columns. */
async function readColumns(event: z.ZodObject, file: Uint8Array) {
  const records = [];
  for await (const columns of readEventColumns(event, sourceOf(file))) records.push(...eventObjects<object>(columns));
  return records;
}

/** A field without a value is left out, as in events that were taken from columns. */
const withoutNulls = (records: readonly ReadRecord<object>[]) =>
  records.map(({ event, ...place }) => ({
    ...place,
    event: Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null)),
  }));

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
      expect(await readColumns(version2, file)).toEqual(withoutNulls(records));
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
  expect(await readColumns(version2, file)).toEqual([{ offset: 1, timestamp: 3, event }]);
});

test('a field that the event got later is read from what was unknown when the file was written', async () => {
  const at = '2026-01-02T03:04:05Z';
  const values = [
    { id: randomUUID(), price: 1, at, note: 'gift', pieces: 2, weight: 1.5 },
    { id: randomUUID(), price: 1, at },
    { id: randomUUID(), price: 1, at, note: 'x'.repeat(21), pieces: 3 },
    { id: randomUUID(), price: 1, at, note: null },
  ];
  const records = values.map((value, offset) => ({
    ...{ offset, timestamp: 0, key: null, headers: [] },
    value: Buffer.from(JSON.stringify(value)),
  }));
  const { events } = readBatch({ event: version1 }, { ...from, records });
  const file = encodeColumns(version1, events, from);
  const read = (await readAll(version2, file)).map(({ event: { note, pieces } }) => ({ note, pieces }));
  expect(read).toEqual([
    { note: 'gift', pieces: 2 },
    { note: null, pieces: null },
    // A note that is too long for today's rules is none; the other field is there all the same.
    { note: null, pieces: 3 },
    { note: null, pieces: null },
  ]);
  expect(await readColumns(version2, file)).toEqual(withoutNulls(await readAll(version2, file)));
  const { value: group } = await readRowGroups(sourceOf(file), ['extra']).next();
  const extra = Array.from(
    group?.columns.get('extra') ?? [],
    (each) => each && Buffer.from(each as Uint8Array).toString(),
  );
  expect(extra).toEqual([
    '{"note":"gift","pieces":2,"weight":1.5}',
    null,
    `{"note":"${'x'.repeat(21)}","pieces":3}`,
    '{"note":null}',
  ]);
});

test('a file without a column that must be there is refused', async () => {
  const event = { id: '3f1c9a52-7d2e-4b1a-9c3d-5e6f7a8b9c0d', price: 1, at: 2n };
  const file = encodeEvents(version1, [{ offset: 1, timestamp: 3, event }], from);
  const other = z.object({ name: text(10, '') });
  await expect(readAll(other, file)).rejects.toThrow('has no column name');
  await expect(readColumns(other, file)).rejects.toThrow('has no column name');
});

test('texts of a dictionary, nulls among them, and several row groups are read into the same columns', async () => {
  const records = Array.from({ length: 20_003 }, (_, index) => ({
    offset: 2 ** 40 + index,
    timestamp: 1_765_411_200_123 + index,
    event: {
      id: `3f1c9a52-7d2e-4b1a-9c3d-${String(index).padStart(12, '0')}`,
      price: 1 - index,
      at: -BigInt(index),
      note: index % 3 === 0 ? null : `${['ü', '📚', 'abc'][index % 4] ?? 'd'}`,
      pieces: index % 5 === 0 ? null : index,
    },
  }));
  const file = encodeEvents(version2, records, from);
  // Vitest takes seconds to compare as many.
  expect(isDeepStrictEqual(await readColumns(version2, file), withoutNulls(records))).toBe(true);
});

test('a file that another writer made, of several pages for a column, is read by the library', async () => {
  const rows = 3_000;
  const ids = Array.from({ length: rows }, (_, index) => `3f1c9a52-7d2e-4b1a-9c3d-${String(index).padStart(12, '0')}`);
  const numbers = ids.map((_, index) => BigInt(index));
  const file = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: ids, type: 'STRING' },
      ...['price', 'at', 'kafka_offset', 'kafka_timestamp'].map(
        (name) => ({ name, data: numbers, type: 'INT64' }) as const,
      ),
    ],
    pageSize: 4_096,
  });
  const records = ids.map((id, index) => ({
    offset: index,
    timestamp: index / 1_000,
    event: { id, price: index, at: BigInt(index) },
  }));
  expect(await readColumns(version1, new Uint8Array(file))).toEqual(records);
});

test('no records make no file', () => {
  expect(() => encodeEvents(version1, [], from)).toThrow('at least one record');
});
