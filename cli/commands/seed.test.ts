import { expect, test } from 'vitest';
import { readArguments } from './seed.ts';

test('without options, a million orders of seed 1', () => {
  expect(readArguments([])).toEqual({ orders: 1_000_000, seed: 1, json: false });
});

test('options are read', () => {
  expect(readArguments(['--orders', '5', '--seed', '0', '--json'])).toEqual({ orders: 5, seed: 0, json: true });
});

test.each([
  ['--orders 0', '--orders: expected a whole number from 1 to 100000000, got "0"'],
  ['--orders many', '--orders: expected a whole number from 1 to 100000000, got "many"'],
  ['--seed=-1', '--seed: expected a whole number from 0 to'],
  ['--seed 1.5', '--seed: expected a whole number from 0 to'],
])('%s is rejected with the name of the option', (args, message) => {
  expect(() => readArguments(args.split(' '))).toThrow(message);
});
