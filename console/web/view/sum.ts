/** The sum that adds up: what Kafka took, as parts that a person knows. */
import type { Books } from '#operations/books.ts';

export interface Part {
  readonly name: string;
  /** What it means, in a sentence. */
  readonly means: string;
  readonly kind: 'effect' | 'repeats' | 'rejected' | 'gaps' | 'waiting' | 'lost';
  readonly count: number | null;
}

const NAMES = [
  ['effect', 'took effect', 'Records that took effect, once, where their stream ends.'],
  ['repeats', 'repeats', 'Records that had come before, with the same content.'],
  ['rejected', 'dead letters', 'Records that can’t be used: kept whole, with their reason.'],
  ['gaps', 'no record', 'Offsets that Kafka gives to no record, such as markers of transactions.'],
  ['waiting', 'waiting', 'Records that no consumer has dealt with yet.'],
  ['lost', 'lost', 'Records that Kafka removed before they were consumed.'],
] as const;

/** Gaps only if there are any: most shops never see one. @param books null while unknown */
export const partsOf = (books: Books | null): readonly Part[] =>
  NAMES.filter(([kind]) => kind !== 'gaps' || (books?.gaps ?? 0) > 0).map(([kind, name, means]) => ({
    name,
    means,
    kind,
    count: books?.[kind] ?? null,
  }));

/** In thousandths of the bar. What is there at all can be seen. */
const LEAST = 5;

export interface Stretch {
  readonly kind: Part['kind'];
  readonly from: number;
  readonly width: number;
}

/** The parts as a bar of 1,000, without those that are 0 or unknown. */
export function barOf(parts: readonly Part[]): readonly Stretch[] {
  const there = parts.flatMap(({ kind, count }) => (count ? [{ kind, count }] : []));
  const total = there.reduce((sum, { count }) => sum + count, 0);
  const wanted = there.map(({ kind, count }) => ({ kind, width: Math.max(LEAST, (count / total) * 1000) }));
  // What small parts got beyond their share, all give.
  const scale = 1000 / wanted.reduce((sum, { width }) => sum + width, 0);
  let from = 0;
  return wanted.map(({ kind, width }) => {
    const stretch = { kind, from, width: width * scale };
    from += stretch.width;
    return stretch;
  });
}
