/** Which dead letters this person has seen, kept in the browser: the server knows no persons. */
import type { Session } from '#console/api.ts';
import type { Pulse } from '#operations/pulse.ts';
import type { SeenLetters } from '../view/new-letters.ts';

const NAME = 'tillstream-seen-letters';

const runOf = (session: Session | null): string => `${session?.environment} ${session?.startedAt ?? ''}`;

/** @returns null if nothing was seen of this run; or if another program has written there */
export function seenLetters(session: Session | null): SeenLetters | null {
  try {
    const seen = JSON.parse(localStorage.getItem(NAME) ?? 'null') as SeenLetters | null;
    return seen?.run === runOf(session) && typeof seen.letters === 'object' ? seen : null;
  } catch {
    return null;
  }
}

export function markSeen(session: Session | null, { at, letters }: Pulse): void {
  if (letters === null) return;
  localStorage.setItem(NAME, JSON.stringify({ run: runOf(session), at, letters } satisfies SeenLetters));
}
