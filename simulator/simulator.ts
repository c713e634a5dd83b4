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
  /** Default: all. What is on one topic doesn't depend on which others are asked for. */
  readonly topics?: readonly Topic[];
  /** Default 1. The orders depend on it alone; the shares decide what is done to them. */
  readonly seed?: number;
  /** Orders that must end in the warehouse; what the shares and the other topics add comes on top. Default: no end. */
  readonly count?: number;
  /** Orders per second. Default: as fast as they are taken. */
  readonly rate?: number;
  /**
   * When the first order is made, in milliseconds since 1970; each next one is made 10 ms later. `now` takes the wall
   * clock for each, so that only the times differ between two runs.
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
/** Shorter waits would send batches of one. */
const TICK_MS = 50;

/** All messages, in the sequence in which they are to be sent. With `start: 'now'` their times are when they are taken. */
export function* simulate(options: SimulatorOptions = {}): Generator<SimulatedMessage> {
  for (const messages of turns(options)) yield* messages;
}

/** The messages by turns, one for each order; the last turn, after all orders, has what was still to come. */
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
 * The same messages in batches, no faster than `rate`. A record larger than the limit of bytes is a batch of its own.
 * Ends when all are taken or the signal is given, without an error.
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
      // Taken only when due, since an order of now carries the time at which it is taken.
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
