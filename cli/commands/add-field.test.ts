import { expect, it } from 'vitest';
import { readArguments } from './add-field.ts';

it('takes a stream and a field', () => {
  expect(readArguments(['orders', 'channel'])).toEqual({ topic: 'orders', field: 'channel', dryRun: false });
  expect(readArguments(['orders', 'channel', '--dry-run'])).toMatchObject({ dryRun: true });
});

it.each([
  [[], /takes a stream and one of its fields, got none/],
  [['orders'], /got orders\./],
  [['orders', 'channel', 'weight'], /got orders channel weight/],
])('%j is refused', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});
