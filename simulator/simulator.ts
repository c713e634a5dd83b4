/** The synthetic shop: a stream of Kafka messages that is the same for the same seed and options, byte for byte. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createEventFeed } from './event-feed.ts';
import type { Shares } from './faults.ts';
import { createInventoryFeed } from './inventory-feed.ts';
import { topics as everyTopic, type SimulatedMessage, type Topic } from './messages.ts';
import { movementTopics } from './movements.ts';
import { createOrderFeed } from './order-feed.ts';
import { createPaymentFeed } from './payment-feed.ts';
import { purchases } from './purchases.ts';
import { createRandom } from './random.ts';
import { openShop } from './shop.ts';

export interface SimulatorOptions extends Partial<Shares> {
  /** Default: all. The messages of one topic do not depend on which others are chosen. */
  readonly topics?: readonly Topic[];
  /** Default 1. The orders depend on it alone; the shares decide which faults they get. */
  readonly seed?: number;
  /** Orders that must reach the warehouse; the shares and the other topics add more messages. Default: no end. */
  readonly count?: number;
  /** Orders per second. Default: as fast as they are taken. */
  readonly rate?: number;
  /**
   * Time of the first order, in milliseconds since 1970; each further one is 10 ms later. With `now` each order takes the
   * time of the wall clock, so that two runs differ only in their times.
   */
  readonly start?: number | 'now';
}

export const defaultShares: Shares = {
  duplicates: 0.01,
  malformed: 0.01,
  late: 0.02,
  conflicts: 0,
  unusual: 0.01,
  versionTwo: 0.3,
  unknownProducts: 0.002,
  oversold: 0.1,
  ahead: 0.005,
};

export const DEFAULT_START = Date.UTC(2025, 11, 11);
const SPACING_MS = 10;
/** With shorter waits each batch would hold one message. */
const TICK_MS = 50;

/** All messages in the order of sending. With `start: 'now'` each has the time at which it is taken. */
export function* simulate(options: SimulatorOptions = {}): Generator<SimulatedMessage> {
  for (const messages of turns(options)) yield* messages;
}

/** The messages by turn, one turn for each order; the last turn, after all orders, has what is still pending. */
function* turns(options: SimulatorOptions): Generator<readonly SimulatedMessage[]> {
  const { seed = 1, count = Number.POSITIVE_INFINITY, start = DEFAULT_START, topics = everyTopic } = options;
  const shares = { ...defaultShares, ...options };
  const wanted = new Set(topics);
  const shop = openShop();
  const feeds = [
    ...(wanted.has('orders') ? [createOrderFeed(createRandom(`faults:${seed}`), shares)] : []),
    ...(movementTopics.some((topic) => wanted.has(topic)) ? [createInventoryFeed(seed, shop, shares)] : []),
    ...(wanted.has('transactions') ? [createPaymentFeed(createRandom(`payments:${seed}`), shares)] : []),
    ...(wanted.has('user_events') ? [createEventFeed(seed, shop, shares)] : []),
  ];
  const only = (messages: Iterable<SimulatedMessage>) => [...messages].filter(({ topic }) => wanted.has(topic));
  let time = start === 'now' ? 0 : start - SPACING_MS;
  const clock = start === 'now' ? Date.now : () => (time += SPACING_MS);
  for (const purchase of purchases(createRandom(`orders:${seed}`), shop, count, clock))
    yield feeds.flatMap((feed) => only(feed.messages(purchase)));
  yield feeds.flatMap((feed) => only(feed.rest()));
}

interface BatchLimits {
  readonly records: number;
  readonly bytes: number;
}

/**
 * The same messages in batches, no faster than `rate`. A record larger than the byte limit is a batch of its own. Ends
 * without an error when all are taken or the signal aborts.
 */
export async function* simulateBatches(
  options: SimulatorOptions,
  limits: BatchLimits,
  signal?: AbortSignal,
): AsyncGenerator<SimulatedMessage[]> {
  const { rate = Number.POSITIVE_INFINITY } = options;
  const began = performance.now();
  const shop = turns(options);
  let orders = 0;
  let batch: SimulatedMessage[] = [];
  let bytes = 0;
  while (!signal?.aborted) {
    const wait = began + (orders / rate) * 1000 - performance.now();
    if (wait > 0) {
      if (batch.length > 0) yield batch;
      [batch, bytes] = [[], 0];
      // Taken only when due, since with `now` an order carries the time at which it is taken.
      await sleep(Math.max(wait, TICK_MS), undefined, signal ? { signal } : {}).catch(() => undefined);
      continue;
    }
    const { value: messages, done } = shop.next();
    if (done) break;
    orders++;
    for (const message of messages) {
      const size = message.value?.length ?? 0;
      if (batch.length > 0 && (batch.length >= limits.records || bytes + size > limits.bytes)) {
        yield batch;
        if (signal?.aborted) return;
        [batch, bytes] = [[], 0];
      }
      batch.push(message);
      bytes += size;
    }
  }
  if (batch.length > 0 && !signal?.aborted) yield batch;
}
