/** Asks relay-outbox to publish what was just committed. */
import { required } from './configuration.ts';

/**
 * @returns a function that calls relay-outbox without waiting for its work; if a call is lost, the relay's own schedule
 *   publishes within a minute
 */
export function relayCaller(): () => Promise<void> {
  const name = required('RELAY_FUNCTION');
  return async () => {
    // What was committed stays so, also if the file can't be loaded.
    await import('./relay-call.ts').then(({ callLater }) => callLater(name)).catch(() => {});
  };
}
