/** Networks that are slow, or lose connections without a word. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '#simulator/random.ts';
import type { NetworkProxy } from '../support/network-proxy.ts';
import { untilMoment } from './cannot-strike.ts';

export async function slowDown(network: NetworkProxy, random: Random): Promise<void> {
  network.slow({ milliseconds: random.integer(5, 100), bytesPerSecond: random.integer(50_000, 500_000) });
  try {
    await delay(random.integer(3_000, 12_000));
  } finally {
    network.behave();
  }
}

/** Longer than any consumer, and the event source, waits for an answer: these go on by themselves. */
const UNTIL_CLOSED = 120_000;

/** Leaves the open connections without answers. What lost them, such as a firewall, closes them minutes later. */
export async function loseConnections(network: NetworkProxy, random: Random): Promise<void> {
  await delay(random.integer(0, 500)); // Else the moment would always be when a connection has just been opened.
  const isOpen = () => network.swallow(UNTIL_CLOSED) > 0;
  await untilMoment(isOpen, { what: 'a connection is open', within: 240_000, every: 2 });
  await delay(random.integer(1_000, 8_000));
}
