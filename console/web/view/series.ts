/** What a plot shows: figures over the last while, to which each second adds one. */

export interface Series {
  /** Seconds since 1970, ascending. */
  readonly times: readonly number[];
  /** By name; null where none is known. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
}

/** A pause of more seconds than this between two figures is a gap, not a line. */
const GAP = 10;

/**
 * @param time seconds; one that isn't later than the last changes nothing
 * @param seconds how long a figure is kept
 */
export function append(
  { times, values }: Series,
  time: number,
  figures: Readonly<Record<string, number | null>>,
  seconds: number,
): Series {
  const last = times.at(-1) ?? Number.NEGATIVE_INFINITY;
  if (time <= last) return { times, values };
  const isGap = times.length > 0 && time - last > GAP;
  const later = isGap ? [last + 1, time] : [time];
  const gone = times.findIndex((each) => each > time - seconds);
  const from = gone === -1 ? times.length : gone;
  return {
    times: [...times.slice(from), ...later],
    values: Object.fromEntries(
      Object.entries(values).map(([name, before]) => {
        const figure = figures[name] ?? null;
        return [name, [...before.slice(from), ...(isGap ? [null, figure] : [figure])]];
      }),
    ),
  };
}

/** Indices of the times that a table shows: the first of each step, and the last; of no step all; the latest first. */
export function tableRows(times: readonly number[], step: number): number[] {
  if (step === 0) return [...times.keys()].reverse();
  const stepOf = (at: number): number => Math.floor((times[at] ?? 0) / step);
  const rows = [...times.keys()].filter((at) => at === times.length - 1 || (at > 0 && stepOf(at) !== stepOf(at - 1)));
  return rows.reverse();
}

/** From where to where a linear axis goes: 0 is always on it, and nothing touches its ends. */
export function linearRange(least: number, most: number): [number, number] {
  const [from, to] = [Math.min(0, least), Math.max(0, most)];
  const room = (to - from) * 0.08 || 1;
  return [from < 0 ? from - room : 0, to > 0 || from === 0 ? to + room : 0];
}

/**
 * A time at an axis, in UTC: as exact as the marks are apart, and the day where one begins.
 *
 * @param step seconds between two marks
 */
export function sayTick(seconds: number, step: number): string {
  const text = new Date(seconds * 1000).toISOString();
  if (seconds % 86_400 === 0) return text.slice(5, 10);
  return step < 60 ? text.slice(11, 19) : text.slice(11, 16);
}
