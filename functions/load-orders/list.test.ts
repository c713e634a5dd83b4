import { expect, test } from 'vitest';
import { cutIntoChunks } from './list.ts';

const files = (...rows: number[]) => rows.map((count, index) => ({ delivery_id: index + 1, rows: count }));

test('no new files make no chunk', () => {
  expect(cutIntoChunks([])).toEqual([]);
});

test('a chunk is closed before it would have more than 200,000 rows', () => {
  expect(cutIntoChunks(files(150_000, 50_000, 1))).toEqual([
    { chunk: 0, delivery_ids: [1, 2], rows: 200_000 },
    { chunk: 1, delivery_ids: [3], rows: 1 },
  ]);
});

test('a chunk has at most 200 files', () => {
  const chunks = cutIntoChunks(files(...new Array(401).fill(10)));
  expect(chunks.map(({ delivery_ids }) => delivery_ids.length)).toEqual([200, 200, 1]);
});

test('a file larger than a chunk is one of its own', () => {
  expect(cutIntoChunks(files(1, 1_000_000, 1)).map(({ delivery_ids }) => delivery_ids)).toEqual([[1], [2], [3]]);
});
