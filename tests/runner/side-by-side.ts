/**
 * Begins what comes first as soon as one of `slots` is free.
 *
 * @returns the results, in the order of `items`; of those that were begun before the signal
 */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  slots: number,
  work: (item: Item) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result[]> {
  const results = new Map<number, Result>();
  let next = 0;
  const slot = async () => {
    while (next < items.length && !signal.aborted) {
      const index = next++;
      results.set(index, await work(items[index] as Item));
    }
  };
  await Promise.all(Array.from({ length: slots }, slot));
  return [...results].sort(([one], [other]) => one - other).map(([, result]) => result);
}
