/**
 * Looks for every record of Kafka in the lake and the tables, by topic, partition and offset, and shares no query with the proof:
 * one that is nowhere is lost, one that is in two places is doubled.
 */
import type { KafkaConnection, PartitionOffsets } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { readLines } from '#adapters/lake/json-lines.ts';
import { objectSource, readRowGroups } from '#adapters/lake/parquet-read.ts';
import { inventoryStreams, type Stream, streams } from '#domain/streams.ts';
import type { Deployment } from './fault.ts';
import { hasExpired, placeOf, removedPayment } from './topics.ts';

export interface Verdict {
  readonly records: number;
  /** As "orders partition 2 offset 17". */
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

/** Where a record took effect: how often each offset of a partition is found. */
type Places = Map<string, number>;

/** Where each partition of each topic ends now. */
export async function readEnds(kafka: KafkaConnection): Promise<ReadonlyMap<Stream, readonly PartitionOffsets[]>> {
  const ends = new Map<Stream, readonly PartitionOffsets[]>();
  for (const stream of Object.values(streams)) ends.set(stream, await kafka.offsets(stream.topic));
  return ends;
}

/**
 * Call it when nothing of the given ends waits any more. Each call looks at what came after the one before.
 *
 * @param since where it begins; at the first record if absent
 */
export function createOracle(
  { kafka, pool }: Pick<Deployment, 'kafka' | 'pool'>,
  lake: Lake,
  since: ReadonlyMap<Stream, readonly PartitionOffsets[]> = new Map(),
): (ends?: ReadonlyMap<Stream, readonly PartitionOffsets[]>) => Promise<Verdict> {
  const looked = new Map<string, number>();
  for (const [{ topic }, partitions] of since)
    for (const { partition, latest } of partitions) looked.set(`${topic} ${partition}`, latest);

  async function look(stream: Stream, { partition, latest }: PartitionOffsets): Promise<Verdict> {
    const { topic } = stream;
    const from = looked.get(`${topic} ${partition}`) ?? 0;
    if (latest < from)
      throw new Error(
        `Expected ${topic} partition ${partition} to end at offset ${from} or later, it ends at ${latest}: was the topic made anew?`,
      );
    const range = { partition, from, to: latest };
    const found: Places = new Map();
    const add = (offsets: Iterable<number | bigint>) => {
      // An object may reach over both ends.
      for (const offset of offsets)
        if (offset >= from && offset < latest) found.set(String(offset), (found.get(String(offset)) ?? 0) + 1);
    };
    add(await letters(stream, range));
    const losses = (await recordedLosses(stream, range)).map(String);
    add(losses.map(Number));
    if (stream.lake !== undefined) for await (const offsets of inLake(stream, range)) add(offsets);
    else if (inventoryStreams.some((each) => each.topic === topic)) add(await inLog(stream, range));
    const repeats = topic === streams.transactions.topic ? await payments(range, found) : new Set<string>();
    looked.set(`${topic} ${partition}`, latest);

    const place = (offset: string | number) => placeOf(topic, partition, offset);
    const unlost = new Set(losses.filter((offset) => !hasExpired(place(offset))));
    const expected = Array.from({ length: latest - from }, (_, index) => String(from + index));
    const isMissing = async (offset: string) =>
      !found.has(offset) && !repeats.has(offset) && (await isRecord(topic, partition, Number(offset)));
    const missing: string[] = [];
    for (const offset of expected) if (unlost.has(offset) || (await isMissing(offset))) missing.push(place(offset));
    return {
      records: expected.length,
      lost: missing,
      doubled: [...found].filter(([, times]) => times > 1).map(([offset]) => place(offset)),
    };
  }

  /** A marker of a producer's transaction has an offset too; what Kafka no longer holds was a record. */
  async function isRecord(topic: string, partition: number, offset: number): Promise<boolean> {
    const held = (await kafka.offsets(topic)).find((each) => each.partition === partition);
    return offset < (held?.earliest ?? 0) || (await kafka.record(topic, partition, offset)) !== undefined;
  }

  interface Range {
    readonly partition: number;
    readonly from: number;
    readonly to: number;
  }

  const offsetsOf = async (sql: string, values: readonly unknown[]): Promise<number[]> => {
    const { rows } = await pool.query<{ offset: number }>(sql, [...values]);
    return rows.map(({ offset }) => offset);
  };

  /** An order's conflict is found by the load: its record is in the lake too. A log has its letters. */
  const letters = ({ topic, consumer }: Stream, { partition, from, to }: Range) =>
    inventoryStreams.some((each) => each.topic === topic)
      ? []
      : offsetsOf(
          `select record_offset as "offset" from ledger.dead_letters
           where consumer = $1 and topic = $2 and partition = $3 and record_offset >= $4 and record_offset < $5`,
          [consumer, topic, partition, from, to],
        );

  /** What Kafka itself lost has its place in the ledger. */
  const recordedLosses = ({ topic, consumer }: Stream, { partition, from, to }: Range) =>
    offsetsOf(
      `select generate_series(first_offset, last_offset) as "offset" from ledger.losses
       where consumer = $1 and topic = $2 and partition = $3 and first_offset >= $4 and last_offset < $5`,
      [consumer, topic, partition, from, to],
    );

  const inLog = ({ topic }: Stream, { partition, from, to }: Range) =>
    offsetsOf(
      `select kafka_offset as "offset" from inventory.events_log
       where topic = $1 and partition = $2 and kafka_offset >= $3 and kafka_offset < $4`,
      [topic, partition, from, to],
    );

  async function* inLake(
    { topic }: Stream,
    { partition, from, to }: Range,
  ): AsyncGenerator<readonly (number | bigint)[]> {
    const { rows } = await pool.query<{ object_key: string; object_bytes: number }>(
      `select object_key, object_bytes from ledger.deliveries
       where topic = $1 and partition = $2 and last_offset >= $3 and first_offset < $4 and state = 'committed'
         and object_key is not null`,
      [topic, partition, from, to],
    );
    for (const { object_key, object_bytes } of rows)
      if (topic === streams.userEvents.topic)
        yield readLines(await lake.read(object_key)).map((line) => JSON.parse(line).kafka_offset as number);
      else
        for await (const { columns } of readRowGroups(objectSource(lake, object_key, object_bytes), ['kafka_offset']))
          yield Array.from(columns.get('kafka_offset') ?? [], (offset) => offset as bigint);
  }

  /** A repeat leaves no trace of its offset: what is found nowhere must repeat a payment that is there. */
  async function payments(range: Range, found: Places): Promise<Set<string>> {
    const { partition, from, to } = range;
    const stored = await offsetsOf(
      `select kafka_offset as "offset" from payments.transactions where partition = $1 and kafka_offset >= $2 and kafka_offset < $3`,
      [partition, from, to],
    );
    for (const offset of stored) found.set(String(offset), (found.get(String(offset)) ?? 0) + 1);
    const ids = new Map<string, string>();
    const look = (offset: number, value: Uint8Array | null) => {
      if (!found.has(String(offset)))
        ids.set(String(offset), JSON.parse(Buffer.from(value ?? []).toString()).transaction_id);
    };
    for (let offset = from; offset < to; offset++) {
      const removed = removedPayment(partition, offset);
      if (removed) look(offset, removed);
    }
    for await (const { records } of kafka.read(streams.transactions.topic, new Map([[partition, { from, to }]])))
      for (const { offset, value } of records) look(offset, value);
    const { rows } = await pool.query<{ id: string }>(
      'select transaction_id::text as id from payments.transactions where transaction_id = any($1::uuid[])',
      [[...ids.values()]],
    );
    const known = new Set(rows.map(({ id }) => id));
    return new Set([...ids].flatMap(([offset, id]) => (known.has(id.toLowerCase()) ? [offset] : [])));
  }

  return async (ends) => {
    const verdicts: Verdict[] = [];
    for (const [stream, partitions] of ends ?? (await readEnds(kafka)))
      for (const offsets of partitions) verdicts.push(await look(stream, offsets));
    return {
      records: verdicts.reduce((sum, { records }) => sum + records, 0),
      lost: verdicts.flatMap(({ lost }) => lost),
      doubled: verdicts.flatMap(({ doubled }) => doubled),
    };
  };
}
