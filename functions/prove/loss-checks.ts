/** Which records of a stream are lost, and which of the losses a person has accepted. Pure. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { LedgerTotals } from './ledger-totals.ts';
import { type Check, check, locate, type PartitionRange } from './proof.ts';
import { offsetsIn } from './tiling.ts';

/** The end of the name of the check that fails until a loss is acknowledged. */
export const UNACKNOWLEDGED = 'records lost, not acknowledged';

/**
 * An acknowledgement counts for exactly one recorded loss, and only if Kafka has removed those records. So a planted one,
 * with or without a planted loss, can't hide records that are missing for another reason.
 */
export function lossChecks(
  name: string,
  { losses, acknowledged }: Pick<LedgerTotals, 'losses' | 'acknowledged'>,
  kafka: readonly PartitionOffsets[],
): Check[] {
  const open = losses.filter((loss) => !acknowledged.some((range) => isSame(range, loss)));
  const wrong = new Map(acknowledged.flatMap((range) => objectionTo(range, losses, kafka).map((why) => [range, why])));
  return [
    check(
      `${name}: ${UNACKNOWLEDGED}`,
      0,
      offsetsIn(open),
      open.map((range) => `${locate(range)}: lost`),
    ),
    check(
      `${name}: records lost, acknowledged`,
      offsetsIn(acknowledged),
      offsetsIn(acknowledged.filter((range) => !wrong.has(range))),
      [...wrong].map(([range, why]) => `${locate(range)}: acknowledged as lost, ${why}`),
    ),
  ];
}

function objectionTo(
  range: PartitionRange,
  losses: readonly PartitionRange[],
  kafka: readonly PartitionOffsets[],
): string[] {
  if (!losses.some((loss) => isSame(loss, range))) return ['but that is no recorded loss'];
  const earliest = kafka.find(({ partition }) => partition === range.partition)?.earliest;
  if (earliest === undefined || earliest > range.lastOffset) return [];
  return [`but Kafka still has it from offset ${Math.max(earliest, range.firstOffset)} on`];
}

const isSame = (a: PartitionRange, b: PartitionRange): boolean =>
  a.topic === b.topic &&
  a.partition === b.partition &&
  a.firstOffset === b.firstOffset &&
  a.lastOffset === b.lastOffset;
