/** What is proved of a described stream that goes to the lake, beyond its objects' checksums: their money is that of the books. */
import type { Lake } from '#adapters/lake/index.ts';
import { formatCents } from '#domain/money.ts';
import type { LakeSink } from '#domain/stream.ts';
import type { Stream } from '#domain/streams.ts';
import type { CommittedDelivery } from '../ledger-totals.ts';
import { mapLimited } from '../map-limited.ts';
import { moneyColumns, moneyIn } from '../object-money.ts';
import { type Check, check, locate } from '../proof.ts';
import { type ProofOptions, reaches } from '../request.ts';
import type { ProvenStream } from '../stream.ts';
import { exactCents, sum } from '../sum.ts';

/** Each is whole in memory. */
const OBJECTS_AT_ONCE = 4;

export async function moneyChecks(
  { stream, ledger }: ProvenStream,
  lake: Lake,
  { depth }: Pick<ProofOptions, 'depth'>,
): Promise<Check[]> {
  const sink = stream.lake;
  if (!sink || !reaches(depth, 'rows') || moneyColumns(stream).length === 0) return [];
  const objects = ledger.deliveries.filter(({ objectKey }) => objectKey !== null);
  const compared = await mapLimited(OBJECTS_AT_ONCE, objects, (delivery) => compare(lake, stream, sink, delivery));
  const inBooks = objects.map(({ amount, accepted }) => ({ cents: exactCents(amount), records: accepted }));
  return [
    check(
      `${stream.topic}: the money in the lake is that of the books`,
      worth(inBooks),
      worth(compared),
      compared.flatMap(({ fault }) => fault ?? []),
    ),
  ];
}

interface Money {
  readonly cents: bigint;
  readonly records: number;
}

const worth = (parts: readonly Money[]): string =>
  `${formatCents(parts.reduce((total, { cents }) => total + cents, 0n))} in ${sum(parts, ({ records }) => records)} records`;

async function compare(
  lake: Lake,
  stream: Stream,
  sink: LakeSink,
  delivery: CommittedDelivery,
): Promise<Money & { readonly fault?: string }> {
  const key = delivery.objectKey as string;
  const place = `${locate(delivery)}: s3://${lake.bucket}/${key}`;
  try {
    const { cents, records } = await moneyIn(lake, stream, sink, key);
    if (cents === exactCents(delivery.amount)) return { cents, records };
    return { cents, records, fault: `${place} has ${formatCents(cents)}, the ledger ${delivery.amount}` };
  } catch (error) {
    return { cents: 0n, records: 0, fault: `${place} can't be read: ${(error as Error).message}` };
  }
}
