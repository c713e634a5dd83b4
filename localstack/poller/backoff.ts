/** How long to wait before something is tried again. AWS documents only that its poller backs off exponentially. */
import { setTimeout as delay } from 'node:timers/promises';

const FIRST = 100;
const LONGEST = 10_000;

/** An attempt that lasted this long was none that failed in a row. */
const LASTING = 60_000;

/**
 * Milliseconds: doubling from 100 to 10,000, minus a random part of up to half, so that partitions that failed together do
 * not come back together.
 *
 * @param failures how often in a row the batch has failed, from 1
 * @param random from 0 to before 1
 */
export function backoff(failures: number, random = Math.random()): number {
  const longest = Math.min(LONGEST, FIRST * 2 ** (failures - 1));
  return longest * (1 - random / 2);
}

/** Begins again whenever the attempt ends, until the signal. The attempt never rejects. */
export async function again(signal: AbortSignal, attempt: () => Promise<void>): Promise<void> {
  for (let failures = 1; !signal.aborted; failures += 1) {
    const since = Date.now();
    await attempt();
    if (Date.now() - since > LASTING) failures = 1;
    await delay(backoff(failures), undefined, { signal }).catch(() => undefined);
  }
}
