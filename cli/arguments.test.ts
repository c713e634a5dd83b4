import { expect, it } from 'vitest';
import { joinNegativeNumbers } from './arguments.ts';
import { readArguments } from './commands/produce.ts';

it('a negative number is refused with the numbers that the option takes', () => {
  const args = joinNegativeNumbers(['--seed', '1', '--count', '-1']);
  expect(() => readArguments(args)).toThrow('--count: expected a whole number from 1 to 1000000000, got "-1"');
});

it('leaves everything else as it is', () => {
  for (const args of [['7', '-1'], ['--json', '-h'], ['--by=a', '-1'], ['--reason', '--json'], []])
    expect(joinNegativeNumbers(args)).toEqual(args);
});
