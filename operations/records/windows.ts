/** In which order a topic is read: window by window, from its end backwards or from a place on. Pure. */

/** Offsets that are yet to be read, `to` excluded. */
export interface Left {
  readonly from: number;
  readonly to: number;
}

export type Direction = 'back' | 'on';

/** By partition. */
export type LeftOfAll = ReadonlyMap<number, Left>;

/** What to read next of each partition that has something left: at most `size` offsets. */
export function nextWindow(left: LeftOfAll, direction: Direction, size: number): LeftOfAll {
  return new Map(
    [...left].flatMap(([partition, { from, to }]) => {
      if (from >= to) return [];
      const window =
        direction === 'back' ? { from: Math.max(from, to - size), to } : { from, to: Math.min(to, from + size) };
      return [[partition, window] as const];
    }),
  );
}

/** What was found in a window. */
export interface Found {
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly millis: number;
}

/**
 * Of what a window's partitions hold, each in the order of its offsets, the first `most` in the order of reading. Partitions are merged
 * by time, and a partition keeps the order of its offsets, whatever its timestamps say.
 *
 * @param goesOn whether a partition has more behind its window, which may come before rows of the others: the merge ends where it does
 */
export function merge<Row extends Found>(
  found: ReadonlyMap<number, readonly Row[]>,
  direction: Direction,
  most: number,
  goesOn: (partition: number) => boolean = () => false,
): Row[] {
  const queues = new Map(
    [...found].map(([partition, rows]) => [partition, direction === 'back' ? rows.toReversed() : [...rows]]),
  );
  const isBefore = (a: Row, b: Row) => (direction === 'back' ? a.millis > b.millis : a.millis < b.millis);
  const merged: Row[] = [];
  while (merged.length < most) {
    if ([...queues].some(([partition, queue]) => queue.length === 0 && goesOn(partition))) break;
    const [first, ...others] = [...queues.values()].filter((queue) => queue.length > 0);
    if (!first) break;
    const next = others.reduce((best, queue) => (isBefore(queue[0] as Row, best[0] as Row) ? queue : best), first);
    merged.push(next.shift() as Row);
  }
  return merged;
}

/**
 * What is left after a window.
 *
 * @param taken the rows of the window that are handed over
 * @param complete whether all that was found in it is among them; if not, reading goes on in the window, behind the last one taken
 */
export function leftAfter(
  left: LeftOfAll,
  window: LeftOfAll,
  direction: Direction,
  taken: readonly Found[],
  complete: (partition: number) => boolean,
): LeftOfAll {
  return new Map(
    [...left].map(([partition, whole]) => {
      const read = window.get(partition);
      if (!read) return [partition, whole];
      const offsets = taken.flatMap((row) => (row.partition === partition ? [row.offset] : []));
      if (direction === 'back')
        return [partition, { ...whole, to: complete(partition) ? read.from : Math.min(read.to, ...offsets) }];
      return [
        partition,
        { ...whole, from: complete(partition) ? read.to : Math.max(read.from, ...offsets.map((offset) => offset + 1)) },
      ];
    }),
  );
}

/** Whether a partition has more behind the window. */
export function behind(left: LeftOfAll, window: LeftOfAll, partition: number): boolean {
  const [whole, read] = [left.get(partition), window.get(partition)];
  return whole !== undefined && read !== undefined && (whole.from < read.from || read.to < whole.to);
}

export const isOver = (left: LeftOfAll): boolean => [...left.values()].every(({ from, to }) => from >= to);

export const countLeft = (left: LeftOfAll): number =>
  [...left.values()].reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);

/** Where reading goes on, as text for an address: `back:0@100,1@7`. */
export const writeCursor = (left: LeftOfAll, direction: Direction): string =>
  `${direction}:${[...left].map(([partition, { from, to }]) => `${partition}@${direction === 'back' ? to : from}`).join(',')}`;

/** @returns undefined of a text that `writeCursor` hasn't written */
export function readCursor(
  text: string,
): { readonly direction: Direction; readonly at: ReadonlyMap<number, number> } | undefined {
  const [, direction, places = ''] = /^(back|on):(\d{1,9}@\d{1,15}(?:,\d{1,9}@\d{1,15})*)$/.exec(text) ?? [];
  if (direction !== 'back' && direction !== 'on') return undefined;
  const at = new Map(places.split(',').map((place) => place.split('@').map(Number) as [number, number]));
  return { direction, at };
}
