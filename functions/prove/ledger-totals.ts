/** What the ledger says of one stream. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Stream } from '#domain/streams.ts';
import type { PartitionRange } from './proof.ts';
import { query } from './queries.ts';
import { ofStream, partsOf, queryParts, type Scope } from './scope.ts';
import type { PartitionProgress } from './tiling.ts';

/** A committed delivery, the count of its dead letters, and what the load counted if it was loaded. */
export interface CommittedDelivery extends PartitionRange {
  readonly deliveryId: number;
  readonly records: number;
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly deadLetters: number;
  readonly objectKey: string | null;
  /** Milliseconds since 1970. */
  readonly committedAt: number;
  /** Kafka's, of its records, in milliseconds too; null if they have none, or of a delivery of the version before. */
  readonly firstTimestamp: number | null;
  readonly lastTimestamp: number | null;
  readonly objectSha256: string | null;
  readonly objectBytes: number | null;
  readonly sourceSha256: string;
  /** Decimal text, as everything here that is money. */
  readonly amount: string;
  /** Of what the ledger says of it and of its load; decimal text. */
  readonly fingerprint: string;
  readonly load: LoadCounts | null;
}

export interface LoadCounts {
  readonly rows: number;
  readonly inserted: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly insertedAmount: string;
  readonly repeatedAmount: string;
  readonly conflictLetters: number;
  /** Of its rows in the warehouse, as they were loaded; decimal text, null of a load of the version before. */
  readonly rowsFingerprint: string | null;
}

export interface LedgerTotals {
  readonly partitions: readonly PartitionProgress[];
  readonly losses: readonly PartitionRange[];
  /** Losses that somebody has accepted, with the offsets that were accepted. */
  readonly acknowledged: readonly PartitionRange[];
  readonly deliveries: readonly CommittedDelivery[];
}

/** One query after the other: a transaction has one connection. */
export async function readLedger(transaction: Transaction, stream: Stream, scope: Scope): Promise<LedgerTotals> {
  const of = [stream.consumer, stream.topic];
  return {
    partitions: await query<PartitionProgress>(transaction, 'ledger_partitions', of),
    losses: await query<PartitionRange>(transaction, 'ledger_losses', of),
    acknowledged: await query<PartitionRange>(transaction, 'ledger_acknowledged_losses', of),
    deliveries: await queryParts<CommittedDelivery>(transaction, 'ledger_deliveries', of, partsOf(scope, stream)),
  };
}

/** What lies behind what is closed: partitions that start there, and the losses of those offsets. */
export function sinceClosed({ partitions, losses }: LedgerTotals, stream: Stream, scope: Scope) {
  if (scope.all) return { partitions, losses };
  const closed = new Map(ofStream(scope.partitions, stream).map((each) => [each.partition, each.beforeOffset]));
  const from = ({ partition }: { readonly partition: number }) => closed.get(partition) ?? 0;
  return {
    partitions: partitions.map((each) => ({ ...each, startOffset: from(each) })),
    losses: losses.filter((loss) => loss.lastOffset >= from(loss)),
  };
}
