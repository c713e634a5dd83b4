import { setTimeout as delay } from 'node:timers/promises';

/** Long enough for the system to end a Java process whose connections are closed already. */
const KNOWN_AFTER_MS = 5_000;

/**
 * The result of work that needs the services. If it fails because one of them has ended, throws that: a client notices first, and
 * says no more than "Closed connection".
 *
 * @param failed rejects when a service has ended
 * @param stop aborts when the user ends the work, which needs no other cause
 */
export async function whileItRuns<T>(failed: Promise<never>, work: Promise<T>, stop: AbortSignal): Promise<T> {
  try {
    return await Promise.race([work, failed]);
  } catch (error) {
    if (!stop.aborted) await Promise.race([failed, delay(KNOWN_AFTER_MS, undefined, { signal: stop }).catch(() => {})]);
    throw error;
  }
}
