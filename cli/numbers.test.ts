import { describe, expect, it } from 'vitest';
import { formatCount, readIds, readNumber, readWholeNumber } from './numbers.ts';

describe('a number of the command line', () => {
  it('may have a fraction, unless it must be whole', () => {
    expect(readNumber('--rate', '2.5', { min: 0.001, max: 10 })).toBe(2.5);
    expect(() => readWholeNumber('--count', '2.5')).toThrow(
      '--count: expected a whole number from 0 to 9007199254740991',
    );
  });

  it.each(['', ' ', 'many', '-1', '11', 'Infinity', '1,000'])('is not %j', (text) => {
    const bounds = { min: 0, max: 10 };
    expect(() => readNumber('--rate', text, bounds)).toThrow(`--rate: expected a number from 0 to 10, got "${text}"`);
    expect(() => readWholeNumber('--rate', text, bounds)).toThrow(`a whole number from 0 to 10, got "${text}"`);
  });

  it('includes both ends', () => {
    for (const text of ['3', '5']) expect(readWholeNumber('--partition', text, { min: 3, max: 5 })).toBe(Number(text));
  });
});

describe('ids', () => {
  it('are read once each', () => {
    expect(readIds(['17', '3', '17'], 'a loss')).toEqual([17, 3]);
  });

  it.each(['0', '-1', '1.5', 'x', '1e3', '1234567890123456'])('are not %j', (text) => {
    expect(() => readIds(['1', text], 'a dead letter')).toThrow(`Expected the id of a dead letter, got ${text}`);
  });
});

it('a count is written with commas', () => {
  expect([0, 999, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,234,567']);
});
