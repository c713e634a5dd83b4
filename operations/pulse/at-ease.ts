/** Figures that cost more the more there is: asked the more seldom the longer the answer takes. */

/** What is asked costs at most this part of the time. */
const REST_FACTOR = 250;
const AT_LEAST_MS = 2_000;

/**
 * @param clock milliseconds, by a clock that nobody sets
 * @returns gives the last answer until it is time for the next; undefined before the first
 */
export function atEase<Value>(clock: () => number = () => performance.now()) {
  let kept: { readonly value: Value } | undefined;
  let next = Number.NEGATIVE_INFINITY;
  return async (ask: () => Promise<Value>): Promise<Value> => {
    if (kept && clock() < next) return kept.value;
    const began = clock();
    const value = await ask();
    next = clock() + Math.max(AT_LEAST_MS, REST_FACTOR * (clock() - began));
    kept = { value };
    return value;
  };
}
