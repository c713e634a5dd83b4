import { expect, test } from 'vitest';
import { UserError } from './command.ts';
import { readMoment } from './moment.ts';

test.each([
  ['2026-11-30T09:31', '2026-11-30T09:31:00.000Z'],
  ['2026-11-30T09:31+02:00', '2026-11-30T07:31:00.000Z'],
  ['2026-11-30', '2026-11-30T00:00:00.000Z'],
])('%s is %s, wherever the machine is', (text, time) => {
  expect(readMoment('--since', text)?.toISOString()).toBe(time);
});

test.each(['5', '2026-02-31', 'monday', '', '30.11.2026'])('%j is no time', (text) => {
  expect(() => readMoment('--since', text)).toThrow(UserError);
  expect(() => readMoment('--since', text)).toThrow('--since: ');
});

test('none was given', () => {
  expect(readMoment('--since', undefined)).toBe(undefined);
});
