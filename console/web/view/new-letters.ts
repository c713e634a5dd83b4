/** Which dead letters are news to who looks here: those that came since this person last had their page open. Pure. */
import type { Pulse } from '#operations/pulse.ts';
import { count, some } from './numbers.ts';
import { utcTime } from './time.ts';

/** What there was when a person last looked. */
export interface SeenLetters {
  /** Which run of the backbone it was of: another begins to count anew. */
  readonly run: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly letters: Readonly<Record<string, number>>;
}

/** By reason, the most first. */
export const newLetters = (letters: NonNullable<Pulse['letters']>, seen: SeenLetters | null): [string, number][] =>
  Object.entries(letters)
    .map(([reason, now]): [string, number] => [reason, now - (seen?.letters[reason] ?? 0)])
    .filter(([, more]) => more > 0)
    .sort(([, one], [, other]) => other - one);

export const sumOfNew = (news: readonly [string, number][]): number => news.reduce((sum, [, more]) => sum + more, 0);

/** Reasons that are named; the others are in the sum. */
const NAMED = 2;

/** The server knows when the newest came, and not who has seen it: a place that always wants a look says nothing. */
export function judgeLetters(pulse: Pulse, seen: SeenLetters | null): Pulse {
  const { letters, places } = pulse;
  if (letters === null || places.letters.state === 'unknown') return pulse;
  const news = newLetters(letters, seen);
  const { why: _, ...place } = places.letters;
  const judged =
    news.length === 0
      ? { ...place, state: 'fine' as const }
      : { ...place, state: 'look' as const, why: tell(pulse, news, seen) };
  return { ...pulse, places: { ...places, letters: judged } };
}

function tell({ at }: Pulse, news: readonly [string, number][], seen: SeenLetters | null): string {
  const reasons = news.slice(0, NAMED).map(([reason, more]) => `${reason} ${count(more)}`);
  const sum = sumOfNew(news);
  const since = seen ? `new since ${utcTime(new Date(seen.at), new Date(at))} UTC` : `that nobody has looked at here`;
  return `${seen ? count(sum) : some(sum, 'letters')} ${since}: ${reasons.join(', ')}${news.length > NAMED ? ' …' : ''}.`;
}
