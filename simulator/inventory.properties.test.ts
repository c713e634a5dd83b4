import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changeOf, type Movement } from '#domain/inventory.ts';
import { readBatch } from '#domain/read-batch.ts';
import { movementStreams } from '#domain/streams.ts';
import { createExpectation } from './expectation.ts';
import type { SimulatedMessage, Topic } from './messages.ts';
import { movementTopics } from './movements.ts';
import { openShop } from './shop.ts';
import { type SimulatorOptions, simulate } from './simulator.ts';
import { expected, fingerprint, recordsFrom } from './testing.ts';

const shop = openShop();
const topics = ['orders', ...movementTopics] as const;
const all = (options: SimulatorOptions) => [...simulate({ topics, ...options })];
const on = (topic: Topic, messages: readonly SimulatedMessage[]) => messages.filter((each) => each.topic === topic);
const accepted = (topic: Topic, messages: readonly SimulatedMessage[]) =>
  on(topic, messages).flatMap(({ meant, value }) => (meant.outcome === 'accepted' ? [JSON.parse(String(value))] : []));
const pure = { duplicates: 0, malformed: 0, late: 0, conflicts: 0, unusual: 0, unknownProducts: 0 };

/** The messages as domain/ reads them; the first record of an event wins. */
function actual(messages: readonly SimulatedMessage[]) {
  const stock = new Map(shop.products.map(({ id, opening }) => [id, opening]));
  const totals = movementStreams.map((stream) => {
    const records = recordsFrom(on(stream.topic as Topic, messages));
    const { good, bad } = readBatch(stream, { topic: stream.topic, partition: 0, records });
    const reasons: Record<string, number> = {};
    const reject = (reason: string) => {
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    };
    for (const { reason } of bad) reject(reason);
    const firsts = new Map<string, number>();
    let duplicates = 0;
    for (const { event } of good as unknown as readonly { event: Movement }[]) {
      const [first, onHand] = [firsts.get(event.event_id), stock.get(event.product_id)];
      const change = changeOf(event);
      if (onHand === undefined) reject('unknown_product');
      else if (first === undefined) {
        firsts.set(event.event_id, change);
        stock.set(event.product_id, onHand + change);
      } else if (first === change) duplicates++;
      else reject('conflict');
    }
    const rejected = Object.values(reasons).reduce((sum, one) => sum + one, 0);
    return [stream.topic, { records: records.length, accepted: firsts.size, duplicates, rejected, reasons, cents: 0 }];
  });
  return { totals: Object.fromEntries(totals), stock };
}

const share = fc.constantFrom(0, 0.01, 0.2, 1);
const anyShares = fc.record({
  duplicates: share,
  malformed: share,
  late: share,
  conflicts: share,
  unusual: share,
  unknownProducts: share,
  oversold: share,
});

test('domain/ ends with the records and the stock that the simulator expects, whatever the seed and the shares', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 300 }), anyShares, (seed, count, shares) => {
      const messages = all({ seed, count, ...shares });
      const expectation = createExpectation();
      expectation.add(messages);
      const { orders: _, transactions: __, user_events: ___, ...totals } = expectation.totals();
      expect(actual(messages)).toEqual({ totals, stock: expectation.stock() });
    }),
    { numRuns: 50 },
  );
});

test('the same seed gives the same messages, and a topic does not depend on the others', () => {
  const options = { seed: 7, count: 5_000, conflicts: 0.01 };
  const messages = all(options);
  expect(fingerprint(messages)).toBe(fingerprint(all(options)));
  expect(fingerprint(messages)).not.toBe(fingerprint(all({ ...options, seed: 8 })));
  for (const topic of topics)
    expect(fingerprint(on(topic, messages))).toBe(fingerprint(all({ ...options, topics: [topic] })));
  // Fixed, since another machine or version of Node must give the same.
  expect(fingerprint(messages)).toBe('76e7a6889620fc6cac7ee9dbb0d45207a9d82e35f0a99c4bce4d011ba99d12ae');
});

test('an online order moves the stock of an order with the same id, product, quantity and time', () => {
  const messages = all({ seed: 3, count: 3_000, versionTwo: 1, late: 0, unusual: 0 });
  const orders = new Map(accepted('orders', messages).map((order) => [order.order_id, order]));
  const online = accepted('online_orders', messages);
  for (const { order_id, product_id, quantity, timestamp } of online)
    expect(orders.get(order_id)).toMatchObject({ product_id, quantity, created_at: timestamp });
  const credits = [...orders.values()].filter(({ amount }) => amount < 0);
  expect(credits.length).toBeGreaterThan(0);
  expect(online.length).toBe(orders.size - credits.length);
});

test('every movement has a unique id over all topics, and its product as key', () => {
  const messages = all({ count: 2_000, unusual: 0 });
  const events = movementTopics.flatMap((topic) => accepted(topic, messages));
  expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
  for (const { topic, meant, key, value } of messages)
    if (topic !== 'orders' && meant.outcome !== 'rejected') expect(key).toBe(JSON.parse(String(value)).product_id);
});

test('stores sell what is on the shelf, suppliers fill it up, and some shelves are sold below zero', () => {
  const stock = new Map(shop.products.map(({ id, opening }) => [id, opening]));
  const products = new Map(shop.products.map((product) => [product.id, product]));
  const oversold = new Set<string>();
  const seen = { stores: new Set<string>(), suppliers: new Set<string>(), baskets: new Map<string, string>() };
  for (const { topic, meant, value } of simulate({ topics, count: 30_000, ...pure })) {
    if (meant.outcome !== 'accepted' || !('change' in meant)) continue;
    const event = JSON.parse(String(value));
    const product = products.get(meant.productId);
    const onHand = (stock.get(meant.productId) ?? Number.NaN) + meant.change;
    stock.set(meant.productId, onHand);
    if (topic === 'store_sales') {
      expect(onHand).toBeGreaterThanOrEqual(0);
      seen.stores.add(event.store_id);
      expect(seen.baskets.get(event.order_id) ?? event.store_id).toBe(event.store_id);
      seen.baskets.set(event.order_id, event.store_id);
    }
    if (topic === 'supplier_restocks') {
      expect(event.supplier_id).toBe(product?.supplierId);
      expect(onHand - (product?.full ?? 0)).toBeGreaterThanOrEqual(0);
      expect(onHand - (product?.full ?? 0)).toBeLessThan(6);
      seen.suppliers.add(event.supplier_id);
    }
    if (onHand < 0) oversold.add(meant.productId);
  }
  expect(seen.stores.size).toBe(shop.stores.length);
  expect(seen.suppliers.size).toBe(shop.suppliers.length);
  expect(oversold.size).toBeGreaterThan(5);
  expect([...stock.values()].some((onHand) => onHand < 0)).toBe(true);
});

test('punctual suppliers leave little oversold, late ones much', () => {
  const below = (oversold: number) => {
    const expectation = createExpectation();
    expectation.add(all({ count: 20_000, oversold }));
    return [...expectation.stock().values()].filter((onHand) => onHand < 0).length;
  };
  expect(below(0)).toBeLessThan(below(1) / 10);
});

test('the shares of faults are as configured', () => {
  const count = 20_000;
  const messages = all({
    count,
    duplicates: 0.05,
    malformed: 0.04,
    late: 0.03,
    conflicts: 0.02,
    unknownProducts: 0.06,
  });
  for (const topic of ['online_orders', 'store_sales'] as const) {
    const totals = expected(messages)[topic];
    const close = (number = 0, share = 0) => expect(Math.abs(number / totals.accepted / share - 1)).toBeLessThan(0.2);
    const { conflict = 0, unknown_product = 0 } = totals.reasons;
    close(totals.duplicates, 0.05);
    close(conflict, 0.02);
    close(unknown_product, 0.06);
    close(totals.rejected - conflict - unknown_product, 0.04);
  }
});

test('late movements come after later ones of the same product', () => {
  const latest = new Map<string, string>();
  let outOfOrder = 0;
  for (const { product_id, timestamp } of accepted('online_orders', all({ count: 20_000, ...pure, late: 0.1 }))) {
    if (timestamp < (latest.get(product_id) ?? '')) outOfOrder++;
    else latest.set(product_id, timestamp);
  }
  expect(outOfOrder).toBeGreaterThan(200);
});

test('without shares, there are movements and nothing else', () => {
  const totals = expected(all({ count: 1_000, ...pure }));
  for (const topic of movementTopics)
    expect(totals[topic]).toMatchObject({ records: totals[topic].accepted, duplicates: 0, rejected: 0, reasons: {} });
});
