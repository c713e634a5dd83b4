/** Figures that cost more the more there is: asked beside the looks, and the more seldom the longer the answer takes. */
import { setTimeout as delay } from 'node:timers/promises';

/** What is asked costs at most this part of the time. */
const REST_FACTOR = 250;
const AT_LEAST_MS = 2_000;
/** How long looks wait for an answer in all; a later one has it. */
const PATIENCE_MS = 2_000;

/** PostgreSQL's code for a statement that took longer than it may. */
const CANCELED = '57014';

/** Lets one question after the other have its answer: they cost as little at once as one does. */
export function inTurn() {
  let last: Promise<unknown> = Promise.resolve();
  return <Value>(ask: () => Promise<Value>): Promise<Value> => {
    const answer = last.then(ask);
    last = answer.catch(() => {});
    return answer;
  };
}

export interface Ease {
  /** With whom the question takes its turn; nobody if absent. */
  readonly turn?: ReturnType<typeof inTurn>;
  /** Milliseconds, by a clock that nobody sets. */
  readonly clock?: () => number;
  readonly patienceMs?: number;
}

/**
 * A question that failed since it took too long rests like one that was answered: it cost as much.
 *
 * @returns asks if it is time to, and gives the last answer; undefined before the first. It never rejects
 */
export function atEase<Value>(
  ask: (last: Value | undefined) => Promise<Value>,
  { turn = inTurn(), clock = () => performance.now(), patienceMs = PATIENCE_MS }: Ease = {},
): () => Promise<Value | undefined> {
  let kept: Value | undefined;
  let next = Number.NEGATIVE_INFINITY;
  /** The answer that is on its way, until nobody waits for it any more. */
  let awaited: Promise<unknown> | undefined;
  let underway = false;
  const answer = async () => {
    const began = clock();
    let took = 0;
    try {
      kept = await ask(kept);
      took = clock() - began;
    } catch (cause) {
      if ((cause as { code?: string }).code === CANCELED) took = clock() - began;
    } finally {
      next = clock() + Math.max(AT_LEAST_MS, REST_FACTOR * took);
      underway = false;
    }
  };
  return async () => {
    if (!underway && clock() >= next) {
      underway = true;
      awaited = atMost(patienceMs, turn(answer)).then(() => {
        awaited = undefined;
      });
    }
    await awaited;
    return kept;
  };
}

async function atMost(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const enough = new AbortController();
  const late = delay(milliseconds, undefined, { signal: enough.signal, ref: false }).catch(() => {});
  await Promise.race([work, late]);
  enough.abort();
}
