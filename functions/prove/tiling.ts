/** Whether the ledger's ranges cover every offset exactly once. Pure. */
import { locate, type PartitionRange } from './proof.ts';

export interface PartitionProgress {
  readonly topic: string;
  readonly partition: number;
  readonly startOffset: number;
  readonly nextOffset: number;
}

export const offsetsIn = (ranges: readonly PartitionRange[]): number =>
  ranges.reduce((total, { firstOffset, lastOffset }) => total + lastOffset - firstOffset + 1, 0);

/**
 * @param ranges committed deliveries and recorded losses
 * @returns one line for each gap, each overlap and each range beyond the partition's position
 */
export function untiled(partitions: readonly PartitionProgress[], ranges: readonly PartitionRange[]): string[] {
  const off: string[] = [];
  const claimed = new Set<PartitionRange>();
  for (const { topic, partition, startOffset, nextOffset } of partitions) {
    let cursor = startOffset;
    const own = ranges.filter((range) => range.topic === topic && range.partition === partition);
    for (const range of own.sort((a, b) => a.firstOffset - b.firstOffset)) {
      claimed.add(range);
      if (range.firstOffset > cursor)
        off.push(`${locate({ topic, partition, firstOffset: cursor, lastOffset: range.firstOffset - 1 })}: missing`);
      if (range.firstOffset < cursor) off.push(`${locate(range)}: counted twice`);
      cursor = Math.max(cursor, range.lastOffset + 1);
    }
    if (cursor < nextOffset)
      off.push(`${locate({ topic, partition, firstOffset: cursor, lastOffset: nextOffset - 1 })}: missing`);
    if (cursor > nextOffset)
      off.push(`${locate({ topic, partition, firstOffset: nextOffset, lastOffset: cursor - 1 })}: past the position`);
  }
  return [
    ...off,
    ...ranges.filter((range) => !claimed.has(range)).map((range) => `${locate(range)}: unknown partition`),
  ];
}
