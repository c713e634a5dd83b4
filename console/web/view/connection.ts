/** Whether the page hears from its server. */

export type Connection =
  | { readonly is: 'asking' }
  | { readonly is: 'live' }
  /** `since` and `again` are milliseconds since 1970, by this machine's clock. */
  | { readonly is: 'lost'; readonly since: number; readonly again: number }
  /** The server answers, but knows another key: it was started anew. Or it knows who asks, and `why` says what they lack. */
  | { readonly is: 'refused'; readonly why?: string };

const WAITS = [1, 2, 5, 10] as const;

/** @param attempt how many have failed in a row, from 1 @returns seconds until the next */
export const secondsUntilRetry = (attempt: number): number =>
  WAITS[Math.min(Math.max(attempt, 1), WAITS.length) - 1] ?? 10;

/** @returns lost, since the first failure, if it was lost before */
export function lost(before: Connection, attempt: number, now: number): Connection {
  return {
    is: 'lost',
    since: before.is === 'lost' ? before.since : now,
    again: now + secondsUntilRetry(attempt) * 1000,
  };
}
