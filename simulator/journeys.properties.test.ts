import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBatch } from '#domain/read-batch.ts';
import { userEvent } from '#domain/streams/user-events.ts';
import { createExpectation, type Revenue } from './expectation.ts';
import { malformedShopperEvents } from './journeys.ts';
import type { SimulatedMessage } from './messages.ts';
import { type SimulatorOptions, simulate } from './simulator.ts';
import { expected, fingerprint, recordsFrom } from './testing.ts';

const topics = ['user_events'] as const;
const all = (options: SimulatorOptions) => [...simulate({ topics, ...options })];
const accepted = (messages: readonly SimulatedMessage[]) =>
  messages.flatMap(({ meant, value }) => (meant.outcome === 'accepted' ? [JSON.parse(String(value))] : []));
const pure = { duplicates: 0, malformed: 0, late: 0, unusual: 0 };

/** The messages as domain/ reads them; the first record of an event wins, as in gold. */
function actual(messages: readonly SimulatedMessage[]) {
  const records = recordsFrom(messages);
  const { good, bad } = readBatch({ event: userEvent }, { topic: 'user_events', partition: 0, records });
  const seen = new Set<string>();
  const clicks = new Map<string, number>();
  const revenue = new Map<string, Revenue>();
  const reasons: Record<string, number> = {};
  for (const { reason } of bad) reasons[reason] = (reasons[reason] ?? 0) + 1;
  let cents = 0;
  for (const { event } of good) {
    if (seen.has(event.event_id)) continue;
    seen.add(event.event_id);
    cents += event.amount ?? 0;
    const day = new Date(Number(event.occurred_at / 1000n)).toISOString().slice(0, 10);
    const key = `${day} ${event.product_id}`;
    if (event.event_type === 'click') clicks.set(key, (clicks.get(key) ?? 0) + 1);
    if (event.event_type !== 'purchase') continue;
    const before = revenue.get(event.currency ?? '') ?? { orders: 0, cents: 0 };
    revenue.set(event.currency ?? '', { orders: before.orders + 1, cents: before.cents + (event.amount ?? 0) });
  }
  const [accepted, rejected] = [seen.size, bad.length];
  const duplicates = good.length - accepted;
  return { totals: { records: messages.length, accepted, duplicates, rejected, reasons, cents }, clicks, revenue };
}

const share = fc.constantFrom(0, 0.01, 0.2, 1);
const anyShares = fc.record({ duplicates: share, malformed: share, late: share, unusual: share });

test('domain/ ends with the events, clicks and revenue that the simulator expects, whatever the seed and the shares', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 100 }), anyShares, (seed, count, shares) => {
      const messages = all({ seed, count, ...shares });
      const expectation = createExpectation();
      expectation.add(messages);
      const totals = expectation.totals().user_events;
      expect(actual(messages)).toEqual({ totals, clicks: expectation.clicks(), revenue: expectation.revenue() });
    }),
    { numRuns: 40 },
  );
});

test('the same seed gives the same messages, and the topic does not depend on the others', () => {
  const options = { seed: 7, count: 5_000, conflicts: 0.01 };
  const messages = all(options);
  const beside = [...simulate(options)].filter(({ topic }) => topic === 'user_events');
  expect(fingerprint(beside)).toBe(fingerprint(messages));
  expect(fingerprint(messages)).not.toBe(fingerprint(all({ ...options, seed: 8 })));
  // Fixed, since another machine or version of Node must give the same.
  expect(fingerprint(messages)).toBe('8de9626551d4de001d54e4fd56779e17b3b6f18a54bac51656e283d65f8f79c5');
});

test('every order has its purchase: same customer, amount, currency and time', () => {
  const messages = [...simulate({ ...pure, topics: ['orders', 'user_events'], seed: 3, count: 3_000, versionTwo: 1 })];
  const orders = accepted(messages.filter(({ topic }) => topic === 'orders'));
  const purchases = accepted(messages.filter(({ topic }) => topic === 'user_events')).filter(
    ({ event_type }) => event_type === 'purchase',
  );
  expect(
    purchases.map(({ event_id: _, event_type: __, occurred_at, ...rest }) => ({ ...rest, created_at: occurred_at })),
  ).toEqual(orders.map(({ category: _, country: __, quantity: ___, ...rest }) => rest));
  const totals = expected(messages);
  expect(totals.user_events.cents).toBe(totals.orders.cents);
});

test('a click leads to every purchase, just before it', () => {
  const events = accepted(all({ ...pure, count: 2_000 }));
  for (const [index, purchase] of events.entries()) {
    if (purchase.event_type !== 'purchase') continue;
    const before = events.slice(index - 2, index).findLast(({ event_type }) => event_type === 'click');
    expect(before).toMatchObject({ user_id: purchase.user_id, product_id: purchase.product_id });
    const seconds = (Date.parse(purchase.occurred_at) - Date.parse(before.occurred_at)) / 1000;
    expect(seconds).toBeGreaterThan(10);
    expect(seconds).toBeLessThan(61);
  }
});

test('there are about 3.5 events for each purchase, and some shoppers buy nothing', () => {
  const count = 20_000;
  const events = accepted(all({ ...pure, count }));
  const ofType = Map.groupBy(events, ({ event_type }) => event_type);
  expect(events.length / count).toBeGreaterThan(3.4);
  expect(events.length / count).toBeLessThan(3.6);
  expect([...ofType.keys()].sort()).toEqual(['add_to_cart', 'click', 'purchase', 'view', 'wish']);
  expect(ofType.get('purchase')?.length).toBe(count);
  expect((ofType.get('click')?.length ?? 0) / count).toBeCloseTo(1.21, 1);
  expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(events.length);
});

test('the shares of faults are as configured', () => {
  const messages = all({ count: 20_000, duplicates: 0.05, malformed: 0.04, late: 0.03, unusual: 0 });
  const { accepted: events, duplicates, rejected } = expected(messages).user_events;
  const close = (number: number, share: number) => expect(Math.abs(number / events / share - 1)).toBeLessThan(0.15);
  close(duplicates, 0.05);
  close(rejected, 0.04);
  const late = messages.filter(
    ({ meant, timestamp }) => 'occurredAt' in meant && timestamp - meant.occurredAt > 5 * 60_000,
  );
  // Purchases, two of seven events, are never late.
  close(late.length, (0.03 * 5) / 7);
  for (const { meant } of late) expect('type' in meant && meant.type).not.toBe('purchase');
});

test('there is a malformed event for each way in which a field of its schema can be wrong', () => {
  const reasons = new Set(malformedShopperEvents.map(({ reason }) => reason));
  for (const reason of [
    'invalid_amount',
    'invalid_uuid',
    'invalid_timestamp',
    'invalid_text',
    'missing_field',
  ] as const)
    expect(reasons).toContain(reason);
});
