/** Waits for a condition, up to a deadline, instead of sleeping. */
import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  /** The condition in words, for the error: "Kafka answers". */
  readonly what: string;
  /** Milliseconds until giving up. */
  readonly within: number;
  /** Milliseconds between two attempts (50). */
  readonly every?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls `attempt` until it returns something other than undefined, false or null, which is then the result.
 * An attempt that throws counts as not yet.
 *
 * @throws after `within` milliseconds, with the last attempt's error as its cause; at once when the signal aborts
 */
export async function until<T>(
  attempt: () => Promise<T | undefined | false | null> | T | undefined | false | null,
  { what, within, every = 50, signal }: UntilOptions,
): Promise<T> {
  const deadline = Date.now() + within;
  let cause: unknown;
  do {
    signal?.throwIfAborted();
    try {
      const result = await attempt();
      if (result !== undefined && result !== false && result !== null) return result;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(every, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
  } while (Date.now() < deadline);
  throw new Error(`Timed out after ${within / 1000} s waiting until ${what}`, { cause });
}
