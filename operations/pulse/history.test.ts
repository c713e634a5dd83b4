import { expect, it } from 'vitest';
import { openHistory } from './history.ts';

const AT = 1_800_000_000;

function history(seconds = 60) {
  const { note, read } = openHistory(seconds);
  return {
    note: (second: number, value: number | null) => note(AT + second, { rate: value }),
    read(options: { from?: number; to?: number; step?: number } = {}) {
      const { from, to, step } = options;
      const { times, series } = read(['rate'], {
        ...(from !== undefined && { from: AT + from }),
        ...(to !== undefined && { to: AT + to }),
        ...(step !== undefined && { step }),
      });
      return times.map((time, index) => [time - AT, series.rate?.[index]]);
    },
  };
}

it('has nothing before the first note', () => {
  expect(openHistory().read(['rate', 'lag'])).toEqual({ times: [], series: { rate: [], lag: [] } });
});

it('keeps a value for each second, null where none is known', () => {
  const { note, read } = history();
  note(0, 1);
  note(1.9, 2);
  note(2, null);
  expect(read()).toEqual([
    [0, 1],
    [1, 2],
    [2, null],
  ]);
  expect(read({ from: 1, to: 1 })).toEqual([[1, 2]]);
  expect(read({ from: -100, to: 100 })).toHaveLength(3);
});

it('lets a look stand for the seconds since the one before, and leaves a longer pause empty', () => {
  const { note, read } = history();
  note(0, 1);
  note(3, 2);
  expect(read()).toEqual([
    [0, 1],
    [1, 2],
    [2, 2],
    [3, 2],
  ]);
  note(13, 3);
  expect(read({ from: 4 }).map(([, value]) => value)).toEqual([...Array(9).fill(null), 3]);
});

it('forgets what is older than it keeps', () => {
  const { note, read } = history(10);
  for (let second = 0; second < 25; second += 1) note(second, second);
  expect(read().map(([second]) => second)).toEqual([15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  expect(read().every(([second, value]) => second === value)).toBe(true);
  note(1_000, 7);
  expect(read()).toEqual([[1_000, 7]]);
});

it('gives the mean of the known values of each step', () => {
  const { note, read } = history();
  for (let second = 0; second < 10; second += 1) note(second, second === 9 ? null : second);
  expect(read({ step: 5 }).map(([, value]) => value)).toEqual([2, 6.5]);
});

it('replaces what was noted after the time to which the clock was set back', () => {
  const { note, read } = history();
  for (let second = 0; second < 5; second += 1) note(second, 1);
  note(2, 9);
  note(3, 9);
  expect(read()).toEqual([
    [0, 1],
    [1, 1],
    [2, 9],
    [3, 9],
  ]);
});
