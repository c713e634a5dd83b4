/** The bars of letters over time: one for each span, those without letters too. */
import type { LetterCounts } from '#operations/letters/counts.ts';

export interface Bar {
  /** ISO 8601, UTC: its first moment, and that of the next. */
  readonly at: string;
  readonly until: string;
  readonly letters: number;
}

export function barsOf({ from, to, seconds, spans }: Pick<LetterCounts, 'from' | 'to' | 'seconds' | 'spans'>): Bar[] {
  const letters = new Map<number, number>();
  for (const span of spans) {
    const at = Date.parse(span.at);
    letters.set(at, (letters.get(at) ?? 0) + span.letters);
  }
  const bars: Bar[] = [];
  for (let at = Date.parse(from); at < Date.parse(to); at += seconds * 1000)
    bars.push({
      at: new Date(at).toISOString(),
      until: new Date(at + seconds * 1000).toISOString(),
      letters: letters.get(at) ?? 0,
    });
  return bars;
}
