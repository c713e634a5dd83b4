/** Lets work pass, or keeps it waiting while somebody needs that none is under way. */
export interface Gate {
  /** Waits until the gate is open. */
  pass<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Closes the gate, waits for what has passed to end, and opens the gate after `meanwhile`. */
  closed<Result>(meanwhile: () => Promise<Result>): Promise<Result>;
}

export function createGate(): Gate {
  const passing = new Set<Promise<unknown>>();
  let opening: Promise<void> | undefined;
  return {
    async pass(work) {
      while (opening) await opening;
      const passed = work();
      passing.add(passed);
      return passed.finally(() => passing.delete(passed));
    },
    async closed(meanwhile) {
      while (opening) await opening;
      const { promise, resolve } = Promise.withResolvers<void>();
      opening = promise;
      try {
        await Promise.allSettled(passing);
        return await meanwhile();
      } finally {
        opening = undefined;
        resolve();
      }
    },
  };
}
