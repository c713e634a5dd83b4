import { expect, it } from 'vitest';
import { readArguments } from './backfill.ts';

it('takes a stream and a field', () => {
  const command = { field: 'channel', by: undefined, dryRun: false, json: false };
  expect(readArguments(['orders', 'channel'])).toEqual(command);
  expect(readArguments(['orders', 'channel', '--by', 'ada', '--dry-run', '--json'])).toEqual({
    ...command,
    ...{ by: 'ada', dryRun: true, json: true },
  });
});

it.each([
  [['orders'], /takes a stream and one of its fields, got orders/],
  [['transactions', 'channel'], /^Expected orders, got transactions: its rows don't come from objects of the lake/],
])('%j is refused', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});
