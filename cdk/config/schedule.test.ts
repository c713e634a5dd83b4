import { expect, it } from 'vitest';
import { longestGapMinutes, YEAR_MINUTES } from './schedule.ts';

it.each([
  ['*/5 * * * *', 5],
  ['@hourly', 60],
  ['*/15 * * * *', 15],
  ['7,40 * * * *', 33],
  ['0 */6 * * *', 360],
  ['0 8-18/2 * * *', 840],
  ['@daily', 1_440],
  ['30 4 * * 1-5', 3 * 1_440],
  ['@weekly', 7 * 1_440],
  ['0 0 1,15 * 1', 7 * 1_440],
])('of %s is %d minutes', (schedule, minutes) => {
  expect(longestGapMinutes(schedule)).toBe(minutes);
});

it.each(['0 0 1 1 *', '0 0 * * MON', '@monthly', 'whenever', '', '* * * *'])(
  'of %j is a year, so that nothing is ever late',
  (schedule) => {
    expect(longestGapMinutes(schedule)).toBe(YEAR_MINUTES);
  },
);
