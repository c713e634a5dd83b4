/** A service that figures come from. It may not answer: then who asks goes on without it, and says since when and why. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SourceState } from '../pulse.ts';
import { type Service, sentenceOf } from '../services.ts';

export interface Answer<Value> {
  /** Undefined if it doesn't answer. */
  readonly value?: Value;
  readonly state: SourceState;
}

/** How long a look waits for an answer. */
const PATIENCE_MS = 5_000;

/**
 * Asks a service again and again, one question at a time. One that is not answered in time is left to answer or fail later; until then
 * no other is asked, so that a service which hangs isn't buried in questions.
 */
export function source(service: Service, patienceMs = PATIENCE_MS) {
  let since: string | undefined;
  let pending: Promise<unknown> | undefined;
  const silent = (cause?: Error): SourceState => {
    since ??= new Date().toISOString();
    return { since, why: `${sentenceOf({ ...service, answers: false })}${cause ? `: ${reasonOf(cause)}` : ''}` };
  };
  return {
    /** @param question must not be the answer to an older one: what comes too late is thrown away */
    async ask<Value>(question: () => Promise<Value>): Promise<Answer<Value>> {
      if (pending) return { state: silent() };
      const answer = (async () => question())();
      const settled = answer.then(
        () => {},
        () => {},
      );
      pending = settled.then(() => {
        pending = undefined;
      });
      try {
        const late = new AbortController();
        const value = await Promise.race([
          answer.then((given) => ({ given })),
          delay(patienceMs, undefined, { signal: late.signal, ref: false }),
        ]).finally(() => late.abort());
        if (!value) return { state: silent() };
        since = undefined;
        return { value: value.given, state: 'ok' };
      } catch (cause) {
        return { state: silent(cause as Error) };
      }
    },
  };
}

/** Errors of several addresses have no message of their own. */
function reasonOf(cause: Error): string {
  const [first = cause] = cause instanceof AggregateError ? (cause.errors as Error[]) : [];
  return (first.message || first.name).slice(0, 200);
}
