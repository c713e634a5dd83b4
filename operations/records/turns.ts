/** A search where the backbone is only asked: turn by turn, each of a few seconds, so that who waits sees how far it is and can stop it. */
import type { Message } from './message.ts';

/** How far a search has come, in offsets; some of them may have no record. */
export interface BrowseProgress {
  readonly scanned: number;
  /** From where it began to the topic's end on that side. */
  readonly of: number;
  readonly found: number;
}

export type BrowseStep =
  /** Records, in the order of reading; `progress` counts them. */
  | { readonly messages: readonly Message[]; readonly progress: BrowseProgress }
  | { readonly progress: BrowseProgress }
  /**
   * The last one. `all`: the topic has no more on that side. `limit`: as many as were asked for. `stopped`: the signal ended it.
   *
   * `next` goes on there; null if nothing is left. `here` goes on there even then, for who follows a topic.
   */
  | {
      readonly ended: 'all' | 'limit' | 'stopped';
      readonly next: string | null;
      readonly here: string;
      readonly progress: BrowseProgress;
    };

interface Searched {
  readonly limit: number;
  readonly after?: string | undefined;
}

const SHORTEST_TURN_MS = 3_000;
/** A turn that came nowhere, as of a slow broker, is followed by a longer one. */
const LONGEST_TURN_MS = 40_000;

/**
 * @param take all steps of a turn that is stopped after so many milliseconds; the last says how it ended
 * @returns the steps as one search, with its progress from its beginning
 */
export async function* inTurns<Request extends Searched>(
  request: Request,
  take: (request: Request, milliseconds: number) => Promise<readonly BrowseStep[]>,
  signal?: AbortSignal,
): AsyncGenerator<BrowseStep> {
  let turn = request;
  let milliseconds = SHORTEST_TURN_MS;
  let before: BrowseProgress = { scanned: 0, found: 0, of: 0 };
  for (;;) {
    const steps = (await take(turn, milliseconds)).map((step) => ({ ...step, progress: sum(before, step.progress) }));
    const end = steps.at(-1);
    if (!end || !('ended' in end)) throw new Error('Expected a search to tell how it ended, got nothing.');
    yield* steps.slice(0, -1);
    if (end.ended !== 'stopped' || end.next === null || signal?.aborted) return yield end;

    if (end.progress.scanned > before.scanned) milliseconds = SHORTEST_TURN_MS;
    else if (milliseconds < LONGEST_TURN_MS) milliseconds = Math.min(2 * milliseconds, LONGEST_TURN_MS);
    else throw new Error(`Expected a search to come further within ${LONGEST_TURN_MS / 1_000} s, got no record.`);
    before = end.progress;
    turn = { ...request, limit: request.limit - before.found, after: end.next };
    yield { progress: before };
  }
}

const sum = (
  before: Pick<BrowseProgress, 'scanned' | 'found'>,
  { scanned, of, found }: BrowseProgress,
): BrowseProgress => ({
  scanned: before.scanned + scanned,
  of: before.scanned + of,
  found: before.found + found,
});
