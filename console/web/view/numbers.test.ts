import { expect, it } from 'vitest';
import { count, dollars, figure, short, size, some } from './numbers.ts';

it('groups digits, and never makes a 0 of what nobody knows', () => {
  expect(count(739_321)).toBe('739,321');
  expect(count(0)).toBe('0');
  expect(count(null)).toBe('?');
  expect(count(undefined)).toBe('?');
});

it('keeps a decimal of what is small', () => {
  expect([0, 0.003, 0.42, 4, 9.96, 233.4, null].map(figure)).toEqual(['0', '< 0.1', '0.4', '4', '10', '233', '?']);
});

it('counts one as one', () => {
  expect([some(1, 'letters'), some(2, 'letters')]).toEqual(['1 letter', '2 letters']);
});

it('shortens millions where there is little room', () => {
  expect([999_999, 1_234_567, 98_765_432, 1_234_567_890, null].map(short)).toEqual([
    '999,999',
    '1.23 M',
    '98.8 M',
    '1,235 M',
    '?',
  ]);
});

it('tells sizes in thousands, and what nobody knows as that', () => {
  expect([0, 999, 4_780, 99_600, 1_250_000, 3e15, null].map(size)).toEqual([
    '0 B',
    '999 B',
    '4.8 KB',
    '100 KB',
    '1.3 MB',
    '3,000 TB',
    '?',
  ]);
});

it('keeps the cents of a few dollars only', () => {
  expect([0.2, 9.99, 9.996, 2_201.4].map(dollars)).toEqual(['$0.20', '$9.99', '$10', '$2,201']);
});
