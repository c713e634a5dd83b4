/** Why a kind did not strike, apart from what it found. */
import { setTimeout as delay } from 'node:timers/promises';
import { type UntilOptions, until } from '#localstack/processes/until.ts';

/**
 * Nothing was broken: the moment for it never came, or this machine or deployment lacks what it takes. Whatever else a strike
 * rejects with is a fault that it found, and ends the run.
 */
export class CannotStrike extends Error {}

/** @returns why it did not strike; undefined if it did. @throws what the strike found */
export async function reasonNotToStrike(strike: () => Promise<void>): Promise<string | undefined> {
  try {
    await strike();
    return undefined;
  } catch (error) {
    if (error instanceof CannotStrike) return error.message;
    throw error;
  }
}

/** As `until`, for the moment to strike. @throws `CannotStrike` if it never comes */
export const untilMoment = (isNow: () => boolean | Promise<boolean>, options: UntilOptions): Promise<unknown> =>
  until(isNow, options).catch((cause: Error) => {
    throw new CannotStrike(cause.message, { cause });
  });

/** @throws `CannotStrike` if the promise, of the moment to strike, does not resolve in two minutes */
export async function moment(promise: Promise<unknown>, what: string): Promise<void> {
  const waiting = new AbortController();
  const isLate = delay(MOMENT_MS, true, { signal: waiting.signal }).catch(() => false);
  const late = await Promise.race([promise.then(() => false), isLate]);
  waiting.abort();
  if (late) throw new CannotStrike(`Expected that ${what}, it did not happen in two minutes.`);
}

const MOMENT_MS = 120_000;
const PERSIST_MS = 240_000;

/**
 * What whoever strikes asks of a service, a function or a job that may still feel the fault before: it is asked until it does so,
 * as its own caller would ask again.
 *
 * @param ask may be repeated, whatever became of the call before
 * @throws if it doesn't within four minutes
 */
export async function persist<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
  const asked = async () => ({ answer: await ask() });
  const { answer } = await until(asked, { what, within: PERSIST_MS, every: 500 }).catch((error: Error) => {
    throw new Error(`${error.message}: ${(error.cause as Error | undefined)?.message ?? 'no reason given'}`, {
      cause: error,
    });
  });
  return answer;
}
