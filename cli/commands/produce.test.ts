import { expect, test } from 'vitest';
import { readArguments } from './produce.ts';

test('without options, sends a thousand orders of now to the running stack', () => {
  const command = readArguments([]);
  expect(command).toMatchObject({
    options: { count: 1000, start: 'now', duplicates: 0.01, malformed: 0.01, late: 0.02, conflicts: 0 },
    bootstrapServers: undefined,
    json: false,
  });
  expect(command).not.toHaveProperty('options.rate');
});

test('options are read', () => {
  const args =
    '--count 5 --rate 2.5 --seed 7 --start 2025-12-11T00:00:00Z --duplicates 0 --conflicts 1 --unknown-products 0.5 --oversold 1 --ahead 0.25 --topics orders,store_sales --json';
  expect(readArguments([...args.split(' '), '--bootstrap-servers', 'kafka:9092'])).toMatchObject({
    options: {
      topics: ['orders', 'store_sales'],
      count: 5,
      rate: 2.5,
      seed: 7,
      start: Date.UTC(2025, 11, 11),
      duplicates: 0,
      conflicts: 1,
      unknownProducts: 0.5,
      oversold: 1,
      ahead: 0.25,
    },
    bootstrapServers: 'kafka:9092',
    json: true,
  });
});

test.each([
  ['--count 0', '--count: expected a whole number from 1 to 1000000000, got "0"'],
  ['--count 1.5', '--count: expected a whole number'],
  ['--count=-1', '--count: expected a whole number'],
  ['--count=', '--count: expected a whole number from 1 to 1000000000, got ""'],
  ['--rate fast', '--rate: expected a number from 0.001 to 1000000, got "fast"'],
  ['--late 2', '--late: expected a number from 0 to 1, got "2"'],
  [
    '--topics orders,tills',
    '--topics: expected some of orders,online_orders,store_sales,supplier_restocks,transactions,user_events, got',
  ],
  ['--start noon', '--start: expected an ISO 8601 date and time'],
  ['--orders 5', "Unknown option '--orders'"],
  ['--count', "Option '--count <value>' argument missing"],
  ['5', "Unexpected argument '5'"],
])('%s is rejected with the name of the option', (args, message) => {
  expect(() => readArguments(args.split(' '))).toThrow(message);
});
