import { expect, it } from 'vitest';
import { append, linearRange, sayTick, tableRows } from './series.ts';

const two = { times: [100, 101], values: { a: [1, 2], b: [null, 4] } };

it('adds a second to all, and null to whom nobody knows', () => {
  expect(append(two, 102, { a: 3 }, 600)).toEqual({
    times: [100, 101, 102],
    values: { a: [1, 2, 3], b: [null, 4, null] },
  });
});

it('forgets what is too old', () => {
  expect(append(two, 102, { a: 3, b: 5 }, 2)).toEqual({ times: [101, 102], values: { a: [2, 3], b: [4, 5] } });
  expect(append(two, 999, { a: 3, b: 5 }, 2).values).toEqual({ a: [null, 3], b: [null, 5] });
});

it('has no line where nothing came', () => {
  expect(append(two, 130, { a: 3, b: 5 }, 600)).toEqual({
    times: [100, 101, 102, 130],
    values: { a: [1, 2, null, 3], b: [null, 4, null, 5] },
  });
});

it('takes no second twice, and begins with nothing', () => {
  expect(append(two, 101, { a: 9 }, 600)).toEqual(two);
  expect(append({ times: [], values: { a: [] } }, 5, { a: 1 }, 600)).toEqual({ times: [5], values: { a: [1] } });
});

it('has a row for each minute in a table, and the latest', () => {
  const times = Array.from({ length: 130 }, (_, at) => 60 + at);
  expect(tableRows(times, 60).map((row) => times[row])).toEqual([189, 180, 120]);
  expect(tableRows([], 60)).toEqual([]);
});

it.each([
  [0, 0, [0, 1]],
  [10, 100, [0, 108]],
  [-50, 50, [-58, 58]],
  [-100, -10, [-108, 0]],
])('a plot of figures from %d to %d has 0 on its axis, and room', (least, most, range) => {
  expect(linearRange(least, most)).toEqual(range);
});

it('says a time at the axis as exactly as the marks are apart, and the day where one begins', () => {
  const noon = Date.parse('2026-01-02T12:30:15Z') / 1000;
  expect([sayTick(noon, 15), sayTick(noon, 900), sayTick(Date.parse('2026-01-02') / 1000, 21_600)]).toEqual([
    '12:30:15',
    '12:30',
    '01-02',
  ]);
});
