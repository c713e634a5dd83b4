/** What is proved of every stream of the catalogue, whatever its pipeline makes of the records. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import type { Stream } from '#domain/streams.ts';
import { kafkaChecks } from './kafka-checks.ts';
import { ledgerChecks } from './ledger-checks.ts';
import { type LedgerTotals, readLedger } from './ledger-totals.ts';
import { objectChecks } from './object-checks.ts';
import { type Check, check, type StreamTotals } from './proof.ts';
import type { ProofOptions } from './request.ts';
import type { Sources } from './sources.ts';
import { sum } from './sum.ts';

export interface ProvenStream {
  readonly stream: Stream;
  readonly ledger: LedgerTotals;
  readonly totals: StreamTotals;
  readonly checks: readonly Check[];
}

/** @param kafka the topic's offsets, asked after the snapshot was taken, so that the ledger can't be ahead of them */
export async function proveStream(
  stream: Stream,
  kafka: readonly PartitionOffsets[],
  sources: Sources,
  transaction: Transaction,
  options: ProofOptions,
): Promise<ProvenStream> {
  const { topic } = stream;
  const { lake } = sources;
  const ledger = await readLedger(transaction, stream);
  const waiting = lagsOf(ledger.partitions, kafka);
  const lags = options.settled ? await withRecords(topic, waiting, sources) : waiting;
  const totals = totalsOf(
    stream,
    ledger,
    sum(lags, ({ lag }) => lag),
  );
  const checks = ledgerChecks(topic, ledger, kafka);
  if (hasObjects(stream, ledger)) checks.push(...(await objectChecks(topic, lake, ledger.deliveries, options)));
  if (options.depth === 'kafka') checks.push(...(await kafkaChecks(stream, ledger, transaction, sources)));
  if (options.settled) checks.push(check(`${topic}: nothing waits in Kafka`, 0, totals.lag));
  return { stream, ledger, totals, checks };
}

/** The ledger counts too, so that objects are checked even if the catalogue forgets to say that the stream has some. */
const hasObjects = ({ lake }: Stream, { deliveries }: LedgerTotals): boolean =>
  lake !== undefined || deliveries.some(({ objectKey }) => objectKey !== null);

function totalsOf(stream: Stream, { deliveries }: LedgerTotals, lag: number) {
  const accepted = sum(deliveries, (delivery) => delivery.accepted);
  return {
    consumed: sum(deliveries, ({ records }) => records),
    accepted,
    duplicates: sum(deliveries, ({ duplicates }) => duplicates),
    rejected: sum(deliveries, ({ deadLetters }) => deadLetters),
    lag,
    ...(stream.lake !== undefined && { archived: accepted }),
  };
}

interface Lag {
  readonly partition: number;
  /** The next offset that the consumer has not dealt with. */
  readonly next: number;
  /** Offsets from there to the partition's end. */
  readonly lag: number;
}

function lagsOf(partitions: LedgerTotals['partitions'], kafka: readonly PartitionOffsets[]): Lag[] {
  return kafka.map(({ partition, earliest, latest }) => {
    const next = partitions.find((progress) => progress.partition === partition)?.nextOffset ?? earliest;
    return { partition, next, lag: Math.max(0, latest - next) };
  });
}

/** Those at whose offsets a record waits: transactions leave their markers there, and aborted ones their records. */
async function withRecords(topic: string, lags: readonly Lag[], { skipped }: Sources): Promise<Lag[]> {
  const waiting: Lag[] = [];
  for (const each of lags.filter(({ lag }) => lag > 0)) {
    const range = { firstOffset: each.next, lastOffset: each.next + each.lag - 1 };
    const found = await skipped?.(topic, each.partition, [range]);
    if (!found || found.first !== undefined || found.tooLarge.length > 0) waiting.push(each);
  }
  return waiting;
}
