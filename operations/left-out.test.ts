import { expect, test } from 'vitest';
import { beginning } from './left-out.ts';

test.each([
  ['short', 10, 'short'],
  ['exactly', 7, 'exactly'],
  ['too long', 3, 'too…'],
  ['aé', 2, 'a…'],
  ['aé!', 3, 'aé…'],
  ['🛒🛒', 7, '🛒…'],
])('of %j, %i bytes at most are shown: %j', (text, longest, shown) => {
  expect(beginning(Buffer.from(text), longest).toString()).toBe(shown);
});

test('bytes that are no text are cut where they are too long', () => {
  expect(beginning(Buffer.alloc(100, 0x80), 10).length).toBeLessThanOrEqual(10 + '…'.length * 3);
});
