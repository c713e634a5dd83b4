import { expect, it } from 'vitest';
import { readArguments } from './new-stream.ts';

it('takes a name, and how the stream shall be', () => {
  expect(readArguments(['refunds'])).toEqual({
    ...{ topic: 'refunds', sink: 'table', key: 'user_id', migration: false, dryRun: false },
  });
  expect(readArguments(['refunds', '--sink', 'lake', '--key', 'refund_id', '--dry-run'])).toEqual({
    ...{ topic: 'refunds', sink: 'lake', key: 'refund_id', migration: false, dryRun: true },
  });
  expect(readArguments(['refunds', '--sink', 'both'])).toMatchObject({ sink: 'both' });
  expect(readArguments(['refunds', '--migration'])).toMatchObject({ topic: 'refunds', migration: true });
});

it.each([
  [[], /takes the name of one stream, got none/],
  [['refunds', 'returns'], /takes the name of one stream, got refunds returns/],
  [['refunds', '--sink', 'kafka'], /^--sink: expected table, lake, both, got "kafka"/],
  [['refunds', '--migration', '--sink', 'lake'], /^--migration follows the description/],
])('%j is refused', (args, message) => {
  expect(() => readArguments(args)).toThrow(message);
});
