/**
 * Depth `kafka`: what Kafka still holds of a stream against the ledger, the tables and the dead letters. Each partition is read
 * once, in the order of its offsets, with one delivery of each in memory.
 */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Transaction } from '#adapters/postgres/index.ts';
import { sumOfMoney } from '#delivery/plan-in-ledger.ts';
import { areOfTime, timesOf } from '#delivery/record-times.ts';
import { sourceHash } from '#delivery/source-hash.ts';
import { deliverable } from '#domain/deliverable.ts';
import type { EventColumns } from '#domain/event-columns.ts';
import { formatCents } from '#domain/money.ts';
import { readBatch } from '#domain/read-batch.ts';
import { framesOf } from '#domain/record-frames.ts';
import type { KafkaRecord, PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { holdableMillis } from '#domain/time.ts';
import { letterFaults, readLetters } from './kafka-letters.ts';
import type { CommittedDelivery, LedgerTotals } from './ledger-totals.ts';
import { moneyIn } from './object-money.ts';
import { rowsInTable } from './pipelines/kafka-rows.ts';
import { rowsOfLatest } from './pipelines/latest-rows.ts';
import { type Check, check, locate } from './proof.ts';
import { differences } from './row-text.ts';
import type { Sources } from './sources.ts';
import { sum } from './sum.ts';

export async function kafkaChecks(
  stream: Stream,
  ledger: LedgerTotals,
  transaction: Transaction,
  sources: Sources,
): Promise<Check[]> {
  const { records: read, offsets } = sources;
  if (!read) throw new Error('Expected a way to read records from Kafka for a proof of depth kafka, got none.');
  const { topic } = stream;
  // Asked anew, since retention may have removed records while the proof was at work.
  const held = ledger.deliveries.filter(heldBy(await offsets(topic)));
  const found: Comparison[] = [];
  try {
    for await (const whole of wholeDeliveries(topic, held, read))
      found.push(await compare(stream, whole, transaction, sources.lake));
  } catch (error) {
    // It may have failed because retention removed what was to be read.
    if (held.every(heldBy(await offsets(topic)))) throw error;
    return kafkaChecks(stream, ledger, transaction, sources);
  }
  const isHeld = heldBy(await offsets(topic));
  const still = found.filter(({ delivery }) => isHeld(delivery));
  const all = (name: string, faultsOf: (comparison: Comparison) => readonly string[]) => {
    const off = still.flatMap((each) => faultsOf(each).map((text) => `${locate(each.delivery)}: ${text}`));
    return check(`${topic}: ${name}`, still.length, still.length - Math.min(off.length, still.length), off);
  };
  return [
    all('Kafka holds the records of each delivery, as far as it still does', ({ changed }) => changed),
    all('dead letters are those that Kafka’s records make', ({ letters }) => letters),
    ...(rowsOf(stream) ? [all('rows are those that Kafka’s records make', ({ rows }) => rows)] : []),
    ...(stream.cleanup ? [compactedCheck(topic, still)] : []),
  ];
}

/** Says how many records the others couldn't look at. */
function compactedCheck(topic: string, comparisons: readonly Comparison[]): Check {
  const gone = sum(comparisons, ({ compacted }) => compacted);
  return check(`${topic}: records that Kafka has compacted away, which nothing compares`, gone, gone);
}

/** Whether retention has left all records of a delivery. */
const heldBy =
  (kafka: readonly PartitionOffsets[]) =>
  ({ partition, firstOffset }: CommittedDelivery): boolean => {
    const earliest = kafka.find((offsets) => offsets.partition === partition)?.earliest;
    return earliest !== undefined && firstOffset >= earliest;
  };

/** How a delivery differs from what Kafka holds. */
interface Comparison {
  readonly delivery: CommittedDelivery;
  /** Records of it that Kafka has compacted away. */
  readonly compacted: number;
  readonly changed: readonly string[];
  readonly letters: readonly string[];
  readonly rows: readonly string[];
}

async function compare(
  stream: Stream,
  { delivery, batch }: WholeDelivery,
  transaction: Transaction,
  lake: Lake,
): Promise<Comparison> {
  // Compaction leaves any records of it, or none: what is left is compared, and the rest can't be.
  const compacted = stream.cleanup ? Math.max(0, delivery.records - batch.records.length) : 0;
  const fault = compacted > 0 ? faultOfLeft(delivery, batch) : faultOf(delivery, batch);
  if (fault) return { delivery, compacted, changed: [fault], letters: [], rows: [] };
  const { events: columns, good, bad } = readBatch(stream, batch);
  const amount = await amountOf(stream, delivery, columns, lake);
  const changed = [
    ...(amount === delivery.amount ? [] : [`${delivery.amount} in the ledger, ${amount} in Kafka`]),
    ...(compacted > 0 ? [] : timesOff(delivery, batch)),
  ];
  const hasLetters = bad.length > 0 || delivery.deadLetters > 0 || (delivery.load?.conflictLetters ?? 0) > 0;
  const left = new Set(batch.records.map(({ offset }) => offset));
  const isComparable = (offset: number) => compacted === 0 || left.has(offset);
  const kept = hasLetters ? await readLetters(transaction, delivery.deliveryId) : [];
  const letters = kept.filter(({ offset }) => isComparable(offset));
  const events = new Map(good.map(({ offset, event }) => [offset, event]));
  return {
    ...{ delivery, compacted, changed },
    letters: letterFaults(stream, batch, bad, letters),
    rows: await rowFaults(stream, delivery, batch, events, transaction, isComparable),
  };
}

/** In the lake alone deliveries keep an amount. What the event got since the object was written isn't in it. */
async function amountOf(
  { lake: sink, ...stream }: Stream,
  { amount, objectKey }: CommittedDelivery,
  events: EventColumns,
  lake: Lake,
): Promise<string> {
  if (!sink) return formatCents(0n);
  const now = formatCents(sumOfMoney(events) ?? 0n);
  if (now === amount || objectKey === null) return now;
  // Of an object that can't be read another check tells.
  const then = await moneyIn(lake, stream, sink, objectKey).catch(() => undefined);
  if (!then) return now;
  const columns = events.columns.filter(({ name }) => then.columns.includes(name));
  return formatCents(sumOfMoney({ ...events, columns }) ?? 0n);
}

/** A delivery of the version before says nothing of its times, so one from which both were erased can't be told from it. */
function timesOff({ firstTimestamp, lastTimestamp }: CommittedDelivery, batch: PartitionBatch): string[] {
  if (firstTimestamp === null && lastTimestamp === null) return [];
  const inKafka = timesOf(framesOf(batch));
  return [
    ...(firstTimestamp === inKafka?.first ? [] : ['first_timestamp is not that of the records in Kafka']),
    ...(lastTimestamp === inKafka?.last ? [] : ['last_timestamp is not that of the records in Kafka']),
  ];
}

interface WholeDelivery {
  readonly delivery: CommittedDelivery;
  /** All of its records, or one more than it must have. */
  readonly batch: PartitionBatch;
}

/** The deliveries with what Kafka holds at their offsets, each once all of it was read. */
async function* wholeDeliveries(
  topic: string,
  deliveries: readonly CommittedDelivery[],
  read: NonNullable<Sources['records']>,
): AsyncGenerator<WholeDelivery> {
  const partitions = new Map(
    [...Map.groupBy(deliveries, ({ partition }) => partition)].map(([partition, own]) => [
      partition,
      { left: own.toSorted((a, b) => a.firstOffset - b.firstOffset), records: [] as KafkaRecord[] },
    ]),
  );
  const next = (partition: number): WholeDelivery => {
    const own = partitions.get(partition);
    const whole = { delivery: own?.left.shift(), batch: { topic, partition, records: own?.records ?? [] } };
    if (own) own.records = [];
    return whole as WholeDelivery;
  };
  const ranges = [...partitions].map(
    ([partition, { left }]) =>
      [partition, { from: left[0]?.firstOffset ?? 0, to: (left.at(-1)?.lastOffset ?? -1) + 1 }] as const,
  );
  for await (const { partition, records } of read(topic, new Map(ranges))) {
    const own = partitions.get(partition);
    for (const record of own ? records : []) {
      while (own?.left[0] && record.offset > own.left[0].lastOffset) yield next(partition);
      const delivery = own?.left[0];
      if (!own || !delivery || record.offset < delivery.firstOffset) continue;
      // A delivery that the ledger makes too large must not fill the memory.
      if (own.records.length <= delivery.records) own.records.push(asDelivered(record));
    }
  }
  for (const [partition, { left }] of partitions) while (left.length > 0) yield next(partition);
}

/** As the event source hands it over. */
const asDelivered = (record: KafkaRecord): KafkaRecord =>
  deliverable({ ...record, timestamp: holdableMillis(record.timestamp) });

const OTHERS = 'Kafka holds other records than those that were delivered';

function faultOf({ records, sourceSha256 }: CommittedDelivery, batch: PartitionBatch): string | undefined {
  const found = batch.records.length;
  if (found !== records) return `${records} records in the ledger, ${found > records ? 'more' : found} in Kafka`;
  return sourceHash(batch.records) === sourceSha256 ? undefined : OTHERS;
}

/** Of a delivery from which records are compacted away, there is no hash of the others. */
const faultOfLeft = (delivery: CommittedDelivery, { records }: PartitionBatch): string | undefined =>
  areOfTime(records, delivery) ? undefined : OTHERS;

const rowsOf = (stream: Stream) => rowsOfLatest(stream) ?? rowsInTable(stream);

async function rowFaults(
  stream: Stream,
  delivery: CommittedDelivery,
  { records }: PartitionBatch,
  events: ReadonlyMap<number, Readonly<Record<string, unknown>>>,
  transaction: Transaction,
  isComparable: (offset: number) => boolean,
): Promise<string[]> {
  const rows = rowsOf(stream);
  if (!rows) return [];
  const found = await rows.read(transaction, delivery);
  const off = records.flatMap((record) => {
    const row = found.get(record.offset);
    found.delete(record.offset);
    // A repeat has none; how many there are is counted at every depth.
    if (!row) return [];
    const expected = rows.expect(record, events.get(record.offset));
    const texts = expected ? differences(expected, 'in Kafka', row, `in ${rows.table}`) : ['its record can’t be read'];
    return texts.map((text) => `offset ${record.offset}: ${text}`);
  });
  const strays = [...found.keys()].filter(isComparable);
  return [...off, ...strays.map((offset) => `offset ${offset}: in ${rows.table}, not in Kafka`)];
}
