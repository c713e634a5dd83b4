import { expect, it } from 'vitest';
import type { LakeCell } from '#operations/lake/days.ts';
import { lakeRows, shadeOf } from './lake.ts';

const cell = (at: string, partition: number, bytes: number): LakeCell => ({
  ...{ at, partition, bytes, objects: 2, rows: 10, smallest: bytes / 4, largest: bytes, waiting: 1 },
});

it('has a row for each day in their order, and a hole where a partition has no objects', () => {
  const rows = lakeRows([cell('2026-01-02', 0, 400), cell('2026-01-02', 2, 800), cell('2026-01-01', 1, 40)], 3);
  expect(rows.map(({ at, cells }) => [at, ...cells.map((each) => each?.bytes)])).toEqual([
    ['2026-01-02', 400, undefined, 800],
    ['2026-01-01', undefined, 40, undefined],
  ]);
  expect(rows[0]).toMatchObject({ objects: 4, rows: 20, bytes: 1_200, smallest: 100, waiting: 2 });
  expect(lakeRows([], 4)).toEqual([]);
});

it('shades by bytes, and shows even the smallest', () => {
  expect([0, 1, 200, 201, 1_000].map((bytes) => shadeOf(bytes, 1_000))).toEqual([1, 1, 1, 2, 5]);
});
