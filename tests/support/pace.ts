/** The pace of the machine that a browser runs on: a bound that was set on one machine is widened on a slower or busier one. */
import type { Page } from 'playwright-core';

/** Allocates, hashes and adds, as a page does; it runs in the browser. */
export const REFERENCE_WORK = `(() => {
  const counts = new Map();
  let sum = 0;
  for (let n = 0; n < 3_000_000; n++) {
    const key = 'k' + (n % 1_000);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    sum += counts.size;
  }
  return sum;
})()`;

/** Seconds of processor time that it takes where the bounds were set. */
export const REFERENCE_SECONDS = 0.23;

/** How many times as long as there it takes here and now, by the clock: at least 1. */
export async function slowness(page: Page): Promise<number> {
  const milliseconds = await page.evaluate<number>(
    `(() => { const before = performance.now(); ${REFERENCE_WORK}; return performance.now() - before; })()`,
  );
  return Math.max(1, milliseconds / 1_000 / REFERENCE_SECONDS);
}
