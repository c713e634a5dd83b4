import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readRequest } from './request.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-01-02T23:59:59.999Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  { action: 'build', date: '2026-01-02' },
  { action: 'export', date: '2024-02-29' },
  { action: 'build', date: '0001-01-01' },
])('takes %j', (payload) => {
  expect(readRequest(payload)).toEqual(payload);
});

test.each([
  undefined,
  null,
  {},
  { action: 'build' },
  { action: 'print', date: '2026-01-02' },
  ...['2026-02-29', '2026-13-01', '2026-00-10', '0000-01-01', '2026-1-2', '20260102', 'today', '', 20260102, null].map(
    (date) => ({ action: 'build', date }),
  ),
  { action: 'export', date: '2026-01-02T00:00:00Z' },
  { action: 'export', date: '2026-01-02\n' },
])('refuses %j and says what it takes', (payload) => {
  expect(() => readRequest(payload)).toThrow('Expected {"action": "build", "date": "2026-01-02"}');
});

test('refuses a day that has not begun by UTC, and says which it takes', () => {
  const tomorrow = { action: 'build', date: '2026-01-03' };
  expect(() => readRequest(tomorrow)).toThrow('expected a day up to today (UTC), such as 2026-01-02');
  expect(() => readRequest({ ...tomorrow, action: 'export', date: '9999-12-31' })).toThrow('up to today (UTC)');
  vi.setSystemTime('2026-01-03T00:00:00Z');
  expect(readRequest(tomorrow)).toEqual(tomorrow);
});
