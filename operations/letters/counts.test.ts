import { expect, test } from 'vitest';
import { spansOf } from './counts.ts';

const at = (text: string) => new Date(`2026-11-30T${text}Z`);

test.each([
  ['09:31:20', '09:41:05', 60, '09:31:00', '09:42:00'],
  ['00:00:00', '10:00:00', 300, '00:00:00', '10:00:00'],
  ['09:00:00', '09:00:00', 60, '09:00:00', '09:01:00'],
])('between %s and %s a span has %i seconds', (since, until, seconds, from, to) => {
  expect(spansOf(at(since), at(until))).toEqual({ seconds, from: at(from), to: at(to) });
});

test('however long the time, few spans hold it', () => {
  for (const days of [1, 7, 30, 365, 3_650, 20_000]) {
    const { seconds, from, to } = spansOf(new Date(Date.UTC(2026, 0) - days * 86_400_000), new Date(Date.UTC(2026, 0)));
    expect((to.getTime() - from.getTime()) / 1000 / seconds).toBeLessThanOrEqual(days < 3_000 ? 120 : 750);
  }
});
