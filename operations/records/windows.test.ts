import { expect, test } from 'vitest';
import { type Found, leftAfter, merge, nextWindow, readCursor, writeCursor } from './windows.ts';

const rows = (partition: number, ...found: [offset: number, millis: number][]): Found[] =>
  found.map(([offset, millis]) => ({ partition, offset, millis }));

const left = new Map([
  [0, { from: 0, to: 100 }],
  [1, { from: 50, to: 52 }],
  [2, { from: 7, to: 7 }],
]);

test('a window has the newest offsets that are left, or the oldest', () => {
  expect([...nextWindow(left, 'back', 10)]).toEqual([
    [0, { from: 90, to: 100 }],
    [1, { from: 50, to: 52 }],
  ]);
  expect([...nextWindow(left, 'on', 10)][0]).toEqual([0, { from: 0, to: 10 }]);
});

test('partitions are merged by time; each keeps its order, whatever its times say', () => {
  const found = new Map([
    [0, rows(0, [1, 10], [2, 5], [3, 30])],
    [1, rows(1, [7, 20])],
  ]);
  const places = (direction: 'back' | 'on', most: number) =>
    merge(found, direction, most).map(({ partition, offset }) => `${partition}/${offset}`);
  expect(places('back', 9)).toEqual(['0/3', '1/7', '0/2', '0/1']);
  expect(places('on', 9)).toEqual(['0/1', '0/2', '1/7', '0/3']);
  expect(places('back', 2)).toEqual(['0/3', '1/7']);
  // What partition 1 has behind its window may be newer than what partition 0 has left.
  expect(merge(found, 'back', 9, (partition) => partition === 1).map(({ offset }) => offset)).toEqual([3, 7]);
});

test('reading goes on behind the last row that was handed over', () => {
  const window = nextWindow(left, 'back', 10);
  const taken = rows(0, [99, 1], [95, 1]);
  const after = leftAfter(left, window, 'back', taken, (partition) => partition === 1);
  expect([after.get(0), after.get(1), after.get(2)]).toEqual([
    { from: 0, to: 95 },
    { from: 50, to: 50 },
    { from: 7, to: 7 },
  ]);
  const on = leftAfter(left, nextWindow(left, 'on', 10), 'on', rows(0, [3, 1]), () => false);
  expect([on.get(0), on.get(1)]).toEqual([
    { from: 4, to: 100 },
    { from: 50, to: 52 },
  ]);
});

test('a cursor leads back to its place', () => {
  expect(writeCursor(left, 'back')).toBe('back:0@100,1@52,2@7');
  expect(readCursor('back:0@100,1@52')).toEqual({
    direction: 'back',
    at: new Map([
      [0, 100],
      [1, 52],
    ]),
  });
  for (const text of ['', 'back:', 'forth:0@1', 'on:0@', 'on:0@1,', 'on:0@1;1@2'])
    expect(readCursor(text)).toBeUndefined();
});
