import { expect, it } from 'vitest';
import { isSchedule, longestGapMinutes, YEAR_MINUTES } from './schedule.ts';

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
  ['0 0 * * 7', 7 * 1_440],
  ['0 0 * * 5-7', 5 * 1_440],
  ['0 0 1-5 * *', 27 * 1_440],
  ['0 0 1,8 * *', 24 * 1_440],
  ['@monthly', 31 * 1_440],
  ['0 0 1 6,7 *', 335 * 1_440],
  ['0 0 1 1 *', 365 * 1_440],
  ['0 * 1 1-2 *', 334 * 1_440 - 23 * 60],
])('of %s is %d minutes', (schedule, minutes) => {
  expect(longestGapMinutes(schedule)).toBe(minutes);
});

it.each(['0 0 29 2 *', '0 0 * * MON', '@yearly', 'whenever', '', '* * * *'])(
  'of %j is a year, so that nothing is ever late',
  (schedule) => {
    expect(longestGapMinutes(schedule)).toBe(YEAR_MINUTES);
  },
);

it.each([
  '@hourly',
  '@yearly',
  '*/15 * * * *',
  '0 8-18/2 * * *',
  '0 0 1,15 * 1',
  '30 4 * JAN-MAR MON-FRI',
  '0 0 * * 7',
])('%j is one that Airflow can read', (schedule) => {
  expect(isSchedule(schedule)).toBe(true);
});

it.each(['', 'whenever', '@never', 'toString', '* * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '5-3 * * * *'])(
  '%j is none',
  (schedule) => {
    expect(isSchedule(schedule)).toBe(false);
  },
);

it.each(["'; rm -rf /", '* * * * * *', '*/0 * * * *', '*  * * * *'])(
  '%j is none, which a shell would read',
  (schedule) => {
    expect(isSchedule(schedule)).toBe(false);
  },
);
