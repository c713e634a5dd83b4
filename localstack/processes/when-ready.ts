import { logTail } from './log-tail.ts';
import type { SupervisedProcess } from './supervise.ts';
import { until } from './until.ts';

export interface Readiness {
  /** "Kafka answers on port 9092" */
  readonly what: string;
  readonly attempt: () => Promise<boolean>;
  /** Milliseconds (240,000): a start that takes 5 s on an idle machine may take minutes on a busy one. A service that ends is noticed at once. */
  readonly within?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves when the service is ready. If the service ends first, is not ready in time or the signal aborts, the service is
 * ended and the promise rejects, with the end of its log where that helps.
 */
export async function whenReady(
  service: SupervisedProcess,
  { what, attempt, within = 240_000, signal }: Readiness,
): Promise<void> {
  const settled = new AbortController();
  const waiting = until(attempt, {
    what,
    within,
    signal: AbortSignal.any([settled.signal, ...(signal ? [signal] : [])]),
  });
  try {
    await Promise.race([waiting, service.failed]);
  } catch (error) {
    settled.abort();
    await waiting.catch(() => {});
    await service.kill();
    if (signal?.aborted || !(error instanceof Error) || error.message.includes(service.logFile)) throw error;
    throw new Error(`${error.message}. The end of ${service.logFile}:\n${logTail(service.logFile)}`, { cause: error });
  }
}
