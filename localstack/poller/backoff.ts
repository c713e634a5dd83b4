/** How long to wait before a batch is retried. AWS documents only that it backs off exponentially. */

const FIRST = 100;
const LONGEST = 10_000;

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
