/** The topics that can be looked at: those that functions read, as the pulse names them, and those that they write. */

export const WRITTEN = ['inventory_updates', 'orders_cleaned', 'dlq'] as const;

/**
 * @param read undefined before the first pulse: then only the topic that is shown is known to be one
 * @param written those that functions write to, unless they are not meant
 */
export function topicsOf(read: readonly string[], shown: string, written: readonly string[] = WRITTEN): string[] {
  const all = [...read, ...written];
  return all.includes(shown) ? all : [shown, ...all];
}
