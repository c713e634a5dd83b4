/** What is proved of every stream of the catalogue, whatever its pipeline makes of the records. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { closeStream } from './closing.ts';
import { plus, sumOf, sumsOff } from './delivery-sums.ts';
import { kafkaChecks } from './kafka-checks.ts';
import { ledgerChecks } from './ledger-checks.ts';
import { type LedgerTotals, readLedger, sinceClosed } from './ledger-totals.ts';
import { objectChecks, objectsToCheck } from './object-checks.ts';
import { WAITING } from './passing.ts';
import { type Check, check, locate, type StreamTotals } from './proof.ts';
import type { ProofOptions } from './request.ts';
import { type ClosedPartition, type DeliverySums, ofStream, type Scope } from './scope.ts';
import type { Sources } from './sources.ts';
import { sum } from './sum.ts';
import { readCounted, totalsCheck } from './totals-checks.ts';

export interface ProvenStream {
  readonly stream: Stream;
  /** Its deliveries are those that were read. */
  readonly ledger: LedgerTotals;
  /** Of all deliveries, with those that are closed. */
  readonly sums: DeliverySums;
  /** What may be closed of it. */
  readonly closable: readonly ClosedPartition[];
  /** How many of its records were read. */
  readonly read: number;
  /** How many of the objects that are not closed are left for the next proof. */
  readonly objectsLeft: number;
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
  scope: Scope,
): Promise<ProvenStream> {
  const { topic } = stream;
  const { lake } = sources;
  const ledger = await readLedger(transaction, stream, scope);
  const sums = [...(scope.all ? [] : ofStream(scope.partitions, stream)), sumOf(ledger.deliveries)].reduce(plus);
  const waiting = lagsOf(ledger.partitions, kafka);
  const lags = options.settled ? await withRecords(topic, waiting, sources) : waiting;
  const totals = totalsOf(
    stream,
    sums,
    sum(lags, ({ lag }) => lag),
  );
  const checks = [
    ...ledgerChecks(topic, ledger, kafka, sinceClosed(ledger, stream, scope)),
    ...noteChecks(stream, ledger, scope),
    totalsCheck(stream, ledger, await readCounted(transaction, stream), scope),
  ];
  const objects = objectsToCheck(ledger.deliveries, options);
  if (hasObjects(stream, ledger)) checks.push(...(await objectChecks(topic, lake, objects, options)));
  if (options.depth === 'kafka') checks.push(...(await kafkaChecks(stream, ledger, transaction, sources)));
  if (options.settled) checks.push(check(`${topic}: ${WAITING.kafka}`, 0, totals.lag));
  const closable = closeStream(stream, ledger, unsettledOf(stream, ledger, objects), scope);
  const read = sum(ledger.deliveries, ({ records }) => records);
  const objectsLeft = options.depth === 'books' ? 0 : ledger.deliveries.filter(hasObject).length - objects.length;
  return { stream, ledger, sums, closable, read, objectsLeft, totals, checks };
}

/** Ids of deliveries that can't be closed yet: their load is to come, or their object was not asked for. */
function unsettledOf({ consumer }: Stream, { deliveries }: LedgerTotals, objects: LedgerTotals['deliveries']) {
  const asked = new Set(objects);
  const isSettled = ({ load }: LedgerTotals['deliveries'][number]) =>
    consumer !== streams.orders.consumer || load !== null;
  return new Set(
    deliveries.flatMap((delivery) => {
      if (!hasObject(delivery)) return [];
      return asked.has(delivery) && isSettled(delivery) ? [] : delivery.deliveryId;
    }),
  );
}

/** Where everything was read: whether what is closed is still what it was. */
function noteChecks(stream: Stream, { partitions, deliveries, losses }: LedgerTotals, scope: Scope): Check[] {
  if (!scope.all || scope.closing.closedAt === null) return [];
  const closed = ofStream(scope.partitions, stream);
  const off = closed.flatMap((note) => {
    const { topic, partition, beforeOffset } = note;
    const own = deliveries.filter((each) => each.partition === partition && each.lastOffset < beforeOffset);
    const place = locate({ topic, partition, firstOffset: 0, lastOffset: beforeOffset - 1 });
    const ends = [...deliveries, ...losses].flatMap((each) =>
      each.partition === partition ? each.lastOffset + 1 : [],
    );
    const start = partitions.find((each) => each.partition === partition)?.startOffset;
    const isEnd = beforeOffset === start || ends.includes(beforeOffset);
    const faults = [...sumsOff(note, sumOf(own)), ...(isEnd ? [] : ['no delivery ends there'])];
    return faults.map((text) => `${place}: ${text}`);
  });
  return [
    check(
      `${stream.topic}: what was closed is as it was proved`,
      closed.length,
      closed.length - Math.min(off.length, closed.length),
      off,
    ),
  ];
}

/** The ledger counts too, so that objects are checked even if the catalogue forgets to say that the stream has some. */
const hasObjects = ({ lake }: Stream, { deliveries }: LedgerTotals): boolean =>
  lake !== undefined || deliveries.some(hasObject);

const hasObject = ({ objectKey }: LedgerTotals['deliveries'][number]): boolean => objectKey !== null;

function totalsOf(stream: Stream, { records, accepted, duplicates, deadLetters }: DeliverySums, lag: number) {
  const archived = stream.lake !== undefined && { archived: accepted };
  return { consumed: records, accepted, duplicates, rejected: deadLetters, lag, ...archived };
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
