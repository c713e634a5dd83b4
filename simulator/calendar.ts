/** Schedules items for a later turn. A turn is one purchase. */

interface Calendar<T> {
  /** Schedules an item that many turns from now; at least 1. */
  put(turns: number, item: T): void;
  /** Begins the next turn. @returns its items, in the order in which they were scheduled */
  next(): readonly T[];
  /** Everything still scheduled, the soonest first. */
  rest(): readonly T[];
}

export function createCalendar<T>(): Calendar<T> {
  const turns = new Map<number, T[]>();
  let now = -1;
  return {
    put: (later, item) => {
      const items = turns.get(now + later);
      if (items) items.push(item);
      else turns.set(now + later, [item]);
    },
    next: () => {
      now++;
      const due = turns.get(now) ?? [];
      turns.delete(now);
      return due;
    },
    rest: () => [...turns].sort(([one], [other]) => one - other).flatMap(([, items]) => items),
  };
}
