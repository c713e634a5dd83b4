/** Records a second, from counts that only grow: the mean of the last ten seconds. */

const SPAN_MS = 10_000;
/** Looks further apart have a pause between them, of which the mean would be. */
const PAUSE_SPANS = 2;

interface Look {
  readonly at: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Remembers as many looks as the span needs; after a pause it begins anew. */
export function slidingRates(spanMs = SPAN_MS) {
  let looks: Look[] = [];
  return {
    /**
     * @param at milliseconds, by a clock that nobody sets
     * @param counts by name
     * @returns a second; null of what was first seen now, or became less
     */
    rates(at: number, counts: ReadonlyMap<string, number>): ReadonlyMap<string, number | null> {
      const last = looks.at(-1);
      if (last && at - last.at > PAUSE_SPANS * spanMs) looks = [];
      looks = [...looks, { at, counts }];
      // The first look of the span is the last one that is as old as the span.
      const first = Math.max(
        0,
        looks.findLastIndex((look) => look.at <= at - spanMs),
      );
      looks = looks.slice(first);
      return new Map([...counts.keys()].map((name) => [name, rateOf(looks, name)]));
    },
  };
}

function rateOf(looks: readonly Look[], name: string): number | null {
  const from = looks.find(({ counts }) => counts.has(name));
  const to = looks.at(-1);
  if (!from || !to || to.at <= from.at) return null;
  const more = (to.counts.get(name) ?? 0) - (from.counts.get(name) ?? 0);
  return more < 0 ? null : (more * 1_000) / (to.at - from.at);
}
