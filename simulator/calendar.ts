/** What is to happen in a later turn. A turn is one purchase. */

interface Calendar<T> {
  /** In so many turns from now; at least 1. */
  put(turns: number, item: T): void;
  /** Begins the next turn. @returns what is due in it, in the sequence in which it was put */
  next(): readonly T[];
  /** All that is still to come, the soonest first. */
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
