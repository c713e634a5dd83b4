import { expect, it } from 'vitest';
import { duration, took, utcAndLocal, utcTime } from './time.ts';

const noon = new Date('2026-11-30T12:00:05.250Z');

it('says the time of today, and the date of other days', () => {
  expect(utcTime(noon, new Date('2026-11-30T23:00:00Z'))).toBe('12:00:05');
  expect(utcTime(noon, new Date('2026-12-01T00:00:00Z'))).toBe('2026-11-30 12:00:05');
});

it('puts the local time beside the whole in UTC', () => {
  expect(utcAndLocal(noon, 'Asia/Tokyo')).toBe('2026-11-30 12:00:05.250 UTC · 30 Nov 2026, 21:00:05 here');
});

it.each([
  [-1, '0 s'],
  [0.4, '0 s'],
  [99.9, '99 s'],
  [120, '2 min'],
  [41 * 60, '41 min'],
  [9 * 3600, '9 h'],
  [4 * 86_400, '4 d'],
])('says %d seconds as %s', (seconds, said) => {
  expect(duration(seconds)).toBe(said);
});

it('gives what was quick a decimal', () => {
  expect(took(1.84)).toBe('1.8 s');
  expect(took(75)).toBe('75 s');
});
