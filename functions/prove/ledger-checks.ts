/** Checks that need the ledger and Kafka's offsets only. Pure. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { LedgerTotals } from './ledger-totals.ts';
import { lossChecks } from './loss-checks.ts';
import { type Check, check, locate } from './proof.ts';
import { sum } from './sum.ts';
import { offsetsIn, untiled } from './tiling.ts';

/** @param since the partitions and losses that the deliveries must tile with */
export function ledgerChecks(
  name: string,
  ledger: LedgerTotals,
  kafka: readonly PartitionOffsets[],
  { partitions, losses }: Pick<LedgerTotals, 'partitions' | 'losses'> = ledger,
): Check[] {
  const { deliveries } = ledger;
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
    ...lossChecks(name, ledger, kafka),
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
