import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutBySize } from './batches.ts';

const cut = (...sizes: number[]) => cutBySize([...sizes.keys()], 1_000, (index) => sizes[index] ?? 0);

test('no items make no part', () => {
  expect(cut()).toEqual([]);
});

test('a part is closed before it would be too large; a larger item is a part of its own', () => {
  expect(cut(400, 400, 400, 400)).toEqual([
    [0, 1],
    [2, 3],
  ]);
  expect(cut(10, 5_000, 10, 10)).toEqual([[0], [1], [2, 3]]);
});

test('all items come out in their order, and no part is empty', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(3_000)), (sizes) => {
      const parts = cut(...sizes);
      expect(parts.flat()).toEqual(sizes.map((_, index) => index));
      expect(parts.every((part) => part.length > 0)).toBe(true);
    }),
  );
});
