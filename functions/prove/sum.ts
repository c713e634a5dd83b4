export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

/** Cents of a decimal text with two decimals, however large. */
export const exactCents = (amount: string): bigint => BigInt(amount.replace('.', ''));
