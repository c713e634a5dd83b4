import { expect, test } from 'vitest';
import { Shelves } from './shelves.ts';
import { openShop } from './shop.ts';

const [product, other] = openShop({ products: 2 }).products;
if (!product || !other) throw new Error('expected two products');

test('a shelf may go below zero, and its supplier is called once each time it runs low', () => {
  const shelves = new Shelves([product, other]);
  const { id, opening, full, threshold, supplierId } = product;
  expect(shelves.onHand(id)).toBe(opening);
  shelves.move(id, threshold + 1 - opening);
  expect(shelves.takeLow(supplierId)).toEqual([]);
  shelves.move(id, -1);
  shelves.move(id, -threshold - 5);
  expect(shelves.onHand(id)).toBe(-5);
  expect(shelves.takeLow(supplierId)).toEqual([product]);
  expect(shelves.takeLow(supplierId)).toEqual([]);
  shelves.move(id, full + 5);
  shelves.move(id, -full);
  expect(shelves.takeLow(supplierId)).toEqual([product]);
  expect(shelves.onHand(other.id)).toBe(other.opening);
});
