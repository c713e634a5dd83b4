import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBatch } from '#domain/read-batch.ts';
import { orderEvent } from '#domain/streams/orders.ts';
import type { TopicTotals } from './expectation.ts';
import { topics as everyTopic, type SimulatedMessage } from './messages.ts';
import { DEFAULT_START, type SimulatorOptions, simulate, simulateBatches } from './simulator.ts';
import { expected, fingerprint, recordsFrom } from './testing.ts';

const topics = ['orders'] as const;
const all = (options: SimulatorOptions) => [...simulate({ topics, ...options })];

/** The messages as domain/ reads them; the first record of an order wins, as in the warehouse. */
function actual(messages: readonly SimulatedMessage[]): TopicTotals {
  const { good, bad } = readBatch(
    { event: orderEvent },
    { topic: 'orders', partition: 0, records: recordsFrom(messages) },
  );
  const orders = new Map<string, string>();
  const reasons: Record<string, number> = {};
  const reject = (reason: string) => {
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  };
  let [duplicates, cents] = [0, 0];
  for (const { reason } of bad) reject(reason);
  for (const { event } of good) {
    const content = JSON.stringify(Object.entries(event).sort(), (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    const first = orders.get(event.order_id);
    if (first === undefined) {
      orders.set(event.order_id, content);
      cents += event.amount;
    } else if (first === content) duplicates++;
    else reject('conflict');
  }
  const rejected = Object.values(reasons).reduce((sum, one) => sum + one, 0);
  return { records: messages.length, accepted: orders.size, duplicates, rejected, reasons, cents };
}

test('the same seed and options give the same messages, byte for byte', () => {
  const options = { seed: 7, count: 5_000, conflicts: 0.01 };
  expect(fingerprint(all(options))).toBe(fingerprint(all(options)));
  expect(fingerprint(all(options))).not.toBe(fingerprint(all({ ...options, seed: 8 })));
  // Fixed, since another machine or version of Node must give the same.
  expect(fingerprint(all(options))).toBe('f88255909b73dacff55459a4edab4402e8f80a2570a33419b5a80b7cd777bbd0');
});

const share = fc.constantFrom(0, 0.01, 0.2, 1);
const anyShares = fc.record({
  duplicates: share,
  malformed: share,
  late: share,
  conflicts: share,
  unusual: share,
  versionTwo: share,
});

test('domain/ ends with what the simulator expects, whatever the seed and the shares', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 300 }), anyShares, (seed, count, shares) => {
      const messages = all({ seed, count, ...shares });
      const { orders } = expected(messages);
      expect(actual(messages)).toEqual(orders);
      expect(orders.accepted).toBe(count);
    }),
    { numRuns: 50 },
  );
});

test('the shares of faults are as configured', () => {
  const count = 20_000;
  const options = {
    count,
    duplicates: 0.05,
    malformed: 0.04,
    late: 0.03,
    conflicts: 0.02,
    versionTwo: 0.3,
    unusual: 0,
  };
  const messages = all(options);
  const totals = expected(messages).orders;
  const close = (number: number, share: number) => expect(Math.abs(number / count / share - 1)).toBeLessThan(0.15);
  close(totals.duplicates, 0.05);
  close(totals.rejected - (totals.reasons.conflict ?? 0), 0.04);
  close(totals.reasons.conflict ?? 0, 0.02);
  const events = messages
    .filter(({ meant }) => meant.outcome === 'accepted')
    .map(({ value }) => JSON.parse(String(value)));
  close(events.filter((event) => 'quantity' in event).length, 0.3);
  const late = messages.filter(
    ({ meant, value, timestamp }) =>
      meant.outcome === 'accepted' && timestamp - Date.parse(JSON.parse(String(value)).created_at) >= 5 * 60_000,
  );
  close(late.length, 0.03);
  expect(events.some(({ amount }) => amount < 0)).toBe(true);
});

test('without shares, there are orders and nothing else', () => {
  const none = { duplicates: 0, malformed: 0, late: 0, conflicts: 0, unusual: 0 };
  const totals = expected(all({ count: 1_000, ...none })).orders;
  expect(totals).toMatchObject({ records: 1_000, accepted: 1_000, duplicates: 0, rejected: 0 });
});

test('the orders do not depend on the faults', () => {
  const ids = (options: SimulatorOptions) =>
    all({ count: 500, unusual: 0, ...options })
      .filter(({ meant }) => meant.outcome === 'accepted')
      .map(({ value }) => JSON.parse(String(value)).order_id);
  expect(ids({ duplicates: 0.5, malformed: 0.5, conflicts: 0.5, late: 0.5 })).toEqual(ids({}));
});

test('a repeat or conflict follows its order under the same key', () => {
  const messages = all({ count: 2_000, duplicates: 0.3, conflicts: 0.3, malformed: 0 });
  const keys = new Map<string, string | null>();
  for (const { key, value, meant } of messages) {
    const id = JSON.parse(String(value)).order_id.toLowerCase();
    if (meant.outcome === 'accepted') keys.set(id, key);
    else expect(keys.get(id)).toBe(key);
  }
});

test('times begin at `start`, or follow the clock', () => {
  const [first, second] = simulate({ topics, malformed: 0, late: 0, unusual: 0 });
  expect([first?.timestamp, second?.timestamp]).toEqual([DEFAULT_START, DEFAULT_START + 10]);
  const before = Date.now();
  const { value } = simulate({ start: 'now' }).next();
  expect(value.timestamp).toBeGreaterThanOrEqual(before);
  expect(value.timestamp).toBeLessThanOrEqual(Date.now());
});

async function batches(options: SimulatorOptions, limits = { records: 100, bytes: 10_000 }, signal?: AbortSignal) {
  const made: SimulatedMessage[][] = [];
  for await (const batch of simulateBatches({ topics, ...options }, limits, signal)) made.push(batch);
  return made;
}

test('batches hold all messages in order, and stay within the limits', async () => {
  const options = { count: 1_000, malformed: 0.5 };
  const made = await batches(options);
  expect(fingerprint(made.flat())).toBe(fingerprint(all(options)));
  for (const batch of made) {
    const bytes = batch.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    expect(batch.length).toBeLessThanOrEqual(100);
    if (batch.length > 1) expect(bytes).toBeLessThanOrEqual(10_000);
  }
  expect(made.some((batch) => batch.length === 1 && (batch[0]?.value?.length ?? 0) > 1_000_000)).toBe(true);
});

test('batches come no faster than the rate', async () => {
  const began = performance.now();
  const made = await batches({ count: 60, rate: 200 });
  expect(performance.now() - began).toBeGreaterThan((59 / 200) * 1000 - 5);
  // If each order were waited for alone, there would be 60 batches.
  expect(made.length).toBeLessThan(15);
});

test('a signal ends the batches, even during a wait', async () => {
  const stop = new AbortController();
  const taken = batches({ rate: 0.01 }, undefined, stop.signal);
  setTimeout(() => stop.abort(), 20);
  expect((await taken).flat().length).toBeGreaterThanOrEqual(1);
});

test('a hundred thousand orders with everything around them take a few seconds of CPU', () => {
  const began = process.cpuUsage();
  let records = 0;
  for (const _ of simulate({ topics: everyTopic, count: 100_000 })) records++;
  expect(records).toBeGreaterThan(650_000);
  const { user, system } = process.cpuUsage(began);
  // Ten times the usual time; a quadratic simulator would take minutes.
  expect((user + system) / 1e6).toBeLessThan(30);
});
