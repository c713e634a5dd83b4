/** The last hour, second by second, of whatever figures it is given. */

const SECONDS = 3_600;
/** A look stands for the seconds since the one before, if there aren't more: at rest looks are that far apart. */
const STANDS_FOR = 6;

export interface Series {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  /** By name; a value for each of the times, null where none is known. */
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

export interface PulseHistory {
  /** @param at seconds since 1970. A time before the last is of a clock that was set back: what was noted from there on is replaced. */
  note(at: number, figures: Readonly<Record<string, number | null>>): void;
  /**
   * @param from seconds since 1970, inclusive as `to` is; by default all that is kept
   * @param step seconds: of so many the mean of the known values is given
   */
  read(
    names: readonly string[],
    range?: {
      readonly from?: number | undefined;
      readonly to?: number | undefined;
      readonly step?: number | undefined;
    },
  ): Series;
}

export function openHistory(seconds = SECONDS): PulseHistory {
  const rings = new Map<string, Float64Array>();
  let last: number | undefined;
  let first = 0;
  const ring = (name: string): Float64Array => {
    const own = rings.get(name) ?? new Float64Array(seconds).fill(Number.NaN);
    rings.set(name, own);
    return own;
  };

  return {
    note(time, figures) {
      const at = Math.floor(time);
      const before = last !== undefined && at > last ? last : at - 1;
      if (last === undefined || at < first || before < at - seconds) {
        for (const own of rings.values()) own.fill(Number.NaN);
        first = at;
      }
      const known = at - before <= STANDS_FOR;
      for (const name of Object.keys(figures)) ring(name);
      for (const [name, own] of rings)
        for (let second = Math.max(before + 1, at - seconds + 1); second <= at; second += 1)
          own[second % seconds] = known || second === at ? (figures[name] ?? Number.NaN) : Number.NaN;
      last = at;
      first = Math.max(first, at - seconds + 1);
    },
    read(names, { from = first, to = last ?? -1, step = 1 } = {}) {
      const start = Math.max(Math.floor(from), first);
      const end = Math.min(Math.floor(to), last ?? -1);
      const times: number[] = [];
      for (let time = start - (start % step); time <= end; time += step) times.push(time);
      const meanIn = (own: Float64Array | undefined, time: number): number | null => {
        let [sum, known] = [0, 0];
        for (let second = Math.max(time, start); second <= Math.min(time + step - 1, end); second += 1) {
          const value = own?.[second % seconds] ?? Number.NaN;
          if (Number.isNaN(value)) continue;
          sum += value;
          known += 1;
        }
        return known === 0 ? null : sum / known;
      };
      return {
        times,
        series: Object.fromEntries(names.map((name) => [name, times.map((time) => meanIn(rings.get(name), time))])),
      };
    },
  };
}
