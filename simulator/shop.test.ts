import { expect, test } from 'vitest';
import { parseCents } from '#domain/money.ts';
import { orderOf } from './orders.ts';
import { purchases } from './purchases.ts';
import { createRandom } from './random.ts';
import { exchange, openShop } from './shop.ts';

test('the shop is the same in every run, so tables filled with it fit every run', () => {
  expect(openShop({ customers: 50, products: 50 })).toEqual(openShop({ customers: 50, products: 50 }));
  const { customers, products } = openShop();
  expect(new Set(customers.map(({ id }) => id)).size).toBe(5_000);
  expect(new Set(products.map(({ id }) => id)).size).toBe(400);
  expect(new Set(products.map(({ category }) => category)).size).toBe(8);
});

test('prices are sums that the currency has coins for', () => {
  expect(exchange(1_999, 'EUR')).toBe(1_999);
  expect(exchange(1_999, 'JPY') % 100).toBe(0);
  expect(exchange(1_999, 'CHF') % 5).toBe(0);
  expect(exchange(1, 'JPY')).toBe(200);
});

test('country, currency, product, price and amount of an order are consistent', () => {
  const shop = openShop();
  const currencies = new Map(shop.customers.map(({ country }) => [country.code, country.currency]));
  let credits = 0;
  for (const purchase of purchases(createRandom(1), shop, 5_000, () => 0)) {
    const { amount, ...event } = orderOf(purchase, 2);
    expect(event.currency).toBe(currencies.get(event.country));
    expect(event.category).toBe(purchase.product.category);
    expect(event.created_at).toMatch(/^1970-01-01T00:00:00\.000\d{3}Z$/);
    expect(Math.abs(parseCents(amount))).toBe(exchange(purchase.product.cents * purchase.quantity, event.currency));
    expect(event.quantity).toBeGreaterThanOrEqual(1);
    if (amount < 0) credits++;
  }
  expect(credits).toBeGreaterThan(5);
});
