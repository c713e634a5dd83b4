import { expect, test } from 'vitest';
import { readRequest } from './request.ts';

test.each([
  { action: 'build', date: '2026-01-02' },
  { action: 'export', date: '2024-02-29' },
  { action: 'build', date: '0001-01-01' },
  { action: 'build', date: '9999-12-31' },
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
