/** Checks that need the ledger and Kafka's offsets only. Pure. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { LedgerBooks } from './ledger-books.ts';
import { lossChecks } from './loss-checks.ts';
import { type Check, check, locate, type StreamTotals } from './proof.ts';
import { offsetsIn, untiled } from './tiling.ts';

export function ledgerChecks(name: string, books: LedgerBooks, kafka: readonly PartitionOffsets[]): Check[] {
  const { partitions, losses, deliveries } = books;
  const due = sum(partitions, ({ startOffset, nextOffset }) => nextOffset - startOffset);
  const covered = offsetsIn([...deliveries, ...losses]);
  const ahead = partitions.flatMap(({ topic, partition, nextOffset }) => {
    const latest = kafka.find((offsets) => offsets.partition === partition)?.latest ?? 0;
    return nextOffset > latest
      ? [`${topic} partition ${partition}: consumed to ${nextOffset}, Kafka ends at ${latest}`]
      : [];
  });
  return [
    check(
      `${name}: offsets tile without gap or overlap`,
      due,
      covered,
      untiled(partitions, [...deliveries, ...losses]),
    ),
    ...lossChecks(name, books, kafka),
    check(`${name}: nothing consumed that Kafka does not have`, 0, ahead.length, ahead),
    check(
      `${name}: consumed = accepted + duplicates + rejected`,
      sum(deliveries, ({ records }) => records),
      sum(deliveries, ({ accepted, duplicates, deadLetters }) => accepted + duplicates + deadLetters),
      deliveries.flatMap((delivery) => {
        const { records, accepted, duplicates, deadLetters } = delivery;
        const found = `${records} records, ${accepted} accepted, ${duplicates} duplicates, ${deadLetters} dead letters`;
        return records === accepted + duplicates + deadLetters ? [] : [`${locate(delivery)}: ${found}`];
      }),
    ),
  ];
}

/** Of a stream whose ledger alone says what became of its records. */
export function ledgerTotals(books: LedgerBooks, kafka: readonly PartitionOffsets[]): StreamTotals {
  return {
    consumed: sum(books.deliveries, ({ records }) => records),
    accepted: sum(books.deliveries, ({ accepted }) => accepted),
    duplicates: sum(books.deliveries, ({ duplicates }) => duplicates),
    rejected: sum(books.deliveries, ({ deadLetters }) => deadLetters),
    lag: lagOf(books, kafka),
  };
}

/** Records in Kafka that the consumer has not dealt with yet. */
export function lagOf(books: LedgerBooks, kafka: readonly PartitionOffsets[]): number {
  return sum(kafka, ({ partition, earliest, latest }) => {
    const next = books.partitions.find((progress) => progress.partition === partition)?.nextOffset ?? earliest;
    return Math.max(0, latest - next);
  });
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
