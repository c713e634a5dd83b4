import { expect, it } from 'vitest';
import type { LakeLook } from '#operations/lake/days.ts';
import { describeLake, readDay, run } from './lake.ts';

const look: Omit<LakeLook, 'cells'> = {
  zone: 'raw',
  zones: [],
  ...{ topic: 'orders', partitions: 4, job: 'load', isCut: false, rate: 2 },
  windows: [{ seconds: 20, objectsPerDay: 17_280, requests: 3.05, dollars: 3.6 }],
};

it('prints a line for each day and partition, and what the objects cost', () => {
  const cell = { at: '2026-01-02', partition: 1, objects: 2, rows: 10, bytes: 300, smallest: 100, largest: 200 };
  const text = describeLake({ ...look, cells: [{ ...cell, waiting: 1 }] });
  expect(text).toContain('2026-01-02          1        2    10    300       100   150        1');
  expect(text).toContain('20 s, as configured  17,280         $3.05');
  expect(describeLake({ ...look, cells: [] })).toBe('No object of orders is in the lake yet.');
});

it('takes a day of the calendar only', () => {
  expect(readDay('2026-02-28')).toBe('2026-02-28');
  for (const wrong of ['2026-02-30', '2026-2-3', 'today', '']) expect(() => readDay(wrong)).toThrow('--day: expected');
});

it.each([
  [['--zone', 'gold'], /^--zone: expected raw or bronze.*, got gold$/],
  [['--verify', 'a', '--day', '2026-01-02'], '--verify takes a key'],
  [['--after', 'a'], 'need --day'],
  [['--day', '2026-01-02', '--after', 'raw/orders/dt=2026-01-01/a.parquet'], '--after: expected a key of 2026-01-02'],
  [['--day', '2026-01-02', '--limit', '0'], '--limit: expected'],
])('refuses %j', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
});
