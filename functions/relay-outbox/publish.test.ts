import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutboxMessage } from '#delivery/messages.ts';
import { cutBySize } from './publish.ts';

const message = (outboxId: number, bytes: number): OutboxMessage => ({
  outboxId,
  topic: 'inventory_updates',
  key: null,
  value: Buffer.alloc(bytes),
  headers: [],
  deadLetter: null,
});

const cut = (...sizes: number[]) =>
  cutBySize(
    sizes.map((size, index) => message(index, size)),
    1_000,
  ).map((part) => part.map(({ outboxId }) => outboxId));

test('no messages make no part', () => {
  expect(cut()).toEqual([]);
});

test('a part is closed before it would be too large; a larger message is a part of its own', () => {
  expect(cut(300, 300, 300, 300)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(cut(10, 5_000, 10, 10)).toEqual([[0], [1], [2, 3]]);
});

test('all messages come out in their order, and no part is empty', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000)), (sizes) => {
      const parts = cut(...sizes);
      expect(parts.flat()).toEqual(sizes.map((_, index) => index));
      expect(parts.every((part) => part.length > 0)).toBe(true);
    }),
  );
});
