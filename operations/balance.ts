/** Balances the ledger with Kafka's offsets. Pure. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import { catalogue } from '#domain/streams.ts';
import type { Books } from './books.ts';
import type { Ledger, LedgerPartition } from './ledger.ts';

/** By topic; each sorted by partition. */
export type KafkaOffsets = ReadonlyMap<string, readonly PartitionOffsets[]>;

const nothing: Omit<Books, 'offsets'> = { effect: 0, repeats: 0, rejected: 0, gaps: 0, waiting: 0, lost: 0 };

/**
 * The sum adds up whenever the two were read. It is true to the record if the ledger was read before Kafka: what was consumed in
 * between still counts as waiting.
 *
 * @param offsets of every topic of the catalogue
 */
export function booksOf(ledger: Ledger, offsets: KafkaOffsets): Books {
  const parts = { ...nothing };
  const add = (more: Partial<typeof parts>) => {
    for (const [part, count] of Object.entries(more)) parts[part as keyof typeof parts] += count;
  };
  for (const { topic } of catalogue) {
    const known = new Map(ledger.partitions.filter((row) => row.topic === topic).map((row) => [row.partition, row]));
    for (const row of known.values()) add(consumedOf(row));
    for (const partition of offsets.get(topic) ?? []) add(aheadOf(partition, known.get(partition.partition)?.next));
    const { duplicates = 0, conflicts = 0 } = ledger.loads.get(topic) ?? {};
    add({ effect: -duplicates - conflicts, repeats: duplicates, rejected: conflicts });
  }
  return { offsets: Object.values(parts).reduce((sum, count) => sum + count, 0), ...parts };
}

/** What the ledger has dealt with. */
const consumedOf = ({ start, next, records, accepted, duplicates, rejected, lost }: LedgerPartition) => ({
  effect: accepted,
  repeats: duplicates,
  rejected,
  gaps: next - start - records - lost,
  lost,
});

/**
 * What lies past the ledger's position: it waits, or retention has removed it already and the consumer has yet to notice.
 *
 * @param next the position; undefined if the partition was never read, whose account then begins with what Kafka has
 */
function aheadOf({ earliest, latest }: PartitionOffsets, next = earliest) {
  const lost = Math.max(0, Math.min(earliest, latest) - next);
  // A topic that was made anew ends before the position.
  return { lost, waiting: Math.max(0, latest - next - lost) };
}

/** Whether Kafka seems to have removed records unread; it may be that they were consumed after the ledger was read. */
export const seemLost = (ledger: Ledger, offsets: KafkaOffsets): boolean =>
  ledger.partitions.some(({ topic, partition, next }) =>
    offsets.get(topic)?.some((kafka) => kafka.partition === partition && kafka.earliest > next),
  );

/**
 * Records of the topic that wait in Kafka, of each partition none at least: a topic that was made anew ends before the position.
 *
 * @param kafka its partitions
 */
export function lagIn({ partitions }: Ledger, topic: string, kafka: readonly PartitionOffsets[]): number {
  const next = new Map(partitions.filter((row) => row.topic === topic).map((row) => [row.partition, row.next]));
  return kafka.reduce(
    (sum, { partition, earliest, latest }) => sum + Math.max(0, latest - (next.get(partition) ?? earliest)),
    0,
  );
}
