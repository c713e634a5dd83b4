import { expect, test } from 'vitest';
import { isPlace, readPlace, writePlace } from './place.ts';

const place = { processedAt: '2026-01-02T03:04:05.000001Z', topic: 'online_orders', partition: 2, offset: 10_734 };

test('a place is read as it was written, to the microsecond', () => {
  expect(readPlace(writePlace(place))).toEqual(place);
  expect(isPlace(writePlace(place))).toBe(true);
});

test.each(['', 'newest', '2026-01-02~online_orders~2~3', `${writePlace(place)}1x`])('%j is none', (text) => {
  expect(isPlace(text)).toBe(false);
  expect(() => readPlace(text)).toThrow('Expected where a page of movements ended');
});
