/** A service that figures come from. It may not answer: then who asks goes on without it, and says since when and why. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { SourceState } from '../pulse.ts';

/** As doctor names it. */
export interface Service {
  readonly name: string;
  /** "127.0.0.1:9092" */
  readonly address: string;
}

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
export function source({ name, address }: Service, patienceMs = PATIENCE_MS) {
  let since: string | undefined;
  let pending: Promise<unknown> | undefined;
  const silent = (cause?: Error): SourceState => {
    since ??= new Date().toISOString();
    return { since, why: `${name} does not answer at ${address}${cause ? `: ${reasonOf(cause)}` : ''}` };
  };
  return {
    /** @param question must not be the answer to an older one: what comes too late is thrown away */
    async ask<Value>(question: () => Promise<Value>): Promise<Answer<Value>> {
      if (pending) return { state: silent() };
      const answer = question();
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

/** What doctor asks: whether something accepts connections there. @throws if not */
export function accepts({ address }: Service): Promise<void> {
  const { hostname, port } = new URL(`tcp://${address}`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: PATIENCE_MS });
    const end = (cause?: Error) => {
      socket.destroy();
      if (cause) reject(cause);
      else resolve();
    };
    socket.once('connect', () => end());
    socket.once('error', end);
    socket.once('timeout', () => end(new Error('timed out')));
  });
}
