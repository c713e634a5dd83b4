/**
 * Works on at most `slots` items at a time, in their order.
 *
 * @returns the results of the items that started before the signal, in the order of `items`
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
