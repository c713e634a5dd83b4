/**
 * Hands records that Kafka still holds to their consumer again, in events as Lambda's poller makes them. The function skips
 * what the ledger has; what the ledger lacks, such as after a restore from a backup, takes effect.
 */
import type { KafkaConnection, ReadRange } from '#adapters/kafka/index.ts';
import { encodeEvent, encodeRecord, weightOf } from '#adapters/kafka/lambda-event.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { PAYLOAD_BYTES } from '#domain/deliverable.ts';
import type { Stream } from '#domain/streams.ts';
import type { Backbone } from './backbone.ts';

export type Start = { readonly offset: number } | { readonly time: Date };

export interface StreamReplay {
  readonly stream: Stream;
  readonly start: Start;
  /** All partitions if absent. */
  readonly partition?: number | undefined;
}

interface Parts extends Pick<Backbone, 'pool' | 'kafka'> {
  /** A rejection ends the replay, which may then be repeated. */
  invoke(consumer: string, event: Uint8Array): Promise<unknown>;
}

export interface Replayed {
  readonly partitions: readonly ({ readonly partition: number } & ReadRange)[];
  readonly events: number;
  readonly records: number;
  /** Records that the ledger lacked. */
  readonly applied: number;
}

/**
 * @throws if there is no such partition, the function fails, or the ledger did not reach the end of what was read
 */
export async function replayStream({ pool, invoke, ...parts }: Parts, replay: StreamReplay): Promise<Replayed> {
  const { stream } = replay;
  const { topic } = stream;
  const kafka = await parts.kafka();
  const before = await ledgerPositions(pool, stream);
  const ranges = await rangesOf(kafka, replay, before);
  const source = { eventSourceArn: REPLAY_ARN, bootstrapServers: kafka.bootstrapServers, topic };
  const partitions = [...ranges].map(([partition, range]) => ({ partition, ...range }));
  const last = new Map<number, number>();
  const totals = { events: 0, records: 0, applied: 0 };
  let batch = emptyBatch();

  function emptyBatch() {
    return { records: new Map<number, string[]>(), size: 0, bytes: weightOf.event(source) };
  }
  async function flush() {
    if (batch.size === 0) return;
    await invoke(stream.consumer, encodeEvent(source, batch.records));
    totals.events += 1;
    totals.records += batch.size;
    batch = emptyBatch();
  }

  for await (const { partition, records } of kafka.read(topic, ranges))
    for (const record of records) {
      const text = encodeRecord(topic, partition, record);
      const weight = weightOf.record(text) + weightOf.partition(topic, partition);
      if (batch.size === stream.batching.batchSize || batch.bytes + weight > PAYLOAD_BYTES) await flush();
      const texts = batch.records.get(partition);
      if (texts) texts.push(text);
      else batch.records.set(partition, [text]);
      batch.bytes += texts ? weightOf.record(text) : weight;
      batch.size += 1;
      last.set(partition, record.offset);
      if (record.offset >= (before.get(partition) ?? 0)) totals.applied += 1;
    }
  await flush();
  await verify(pool, stream, last);
  return { partitions, ...totals };
}

/** An event names its cluster; these come from no event source mapping. */
const REPLAY_ARN = 'arn:aws:kafka:us-east-1:000000000000:cluster/tillstream/replay';

/** The next offset that the consumer expects, by partition. */
async function ledgerPositions(pool: Pool, { consumer, topic }: Stream): Promise<Map<number, number>> {
  const { rows } = await pool.query<{ partition: number; next_offset: number }>(
    'select partition, next_offset from ledger.partitions where (consumer, topic) = ($1, $2)',
    [consumer, topic],
  );
  return new Map(rows.map(({ partition, next_offset }) => [partition, next_offset]));
}

/** Begins at the wanted offset, or at the ledger's position if that is earlier: the consumer refuses to skip records. */
async function rangesOf(
  kafka: KafkaConnection,
  { stream, start, partition: only }: StreamReplay,
  ledger: Map<number, number>,
) {
  const { topic } = stream;
  const offsets = await kafka.offsets(topic);
  if (only !== undefined && !offsets.some(({ partition }) => partition === only))
    throw new Error(`Topic ${topic} has no partition ${only}; it has 0 to ${offsets.length - 1}.`);
  const byTime = 'time' in start ? await kafka.offsetsAt(topic, start.time) : undefined;
  return new Map(
    offsets
      .filter(({ partition }) => only === undefined || partition === only)
      .map(({ partition, earliest, latest }): [number, ReadRange] => {
        const asked = 'offset' in start ? start.offset : (byTime?.get(partition) ?? latest);
        const from = Math.max(earliest, Math.min(asked, ledger.get(partition) ?? earliest));
        return [partition, { from: Math.min(from, latest), to: latest }];
      }),
  );
}

async function verify(pool: Pool, stream: Stream, last: ReadonlyMap<number, number>): Promise<void> {
  const after = await ledgerPositions(pool, stream);
  for (const [partition, offset] of last) {
    const next = after.get(partition) ?? 0;
    if (next <= offset)
      throw new Error(
        `The ledger of ${stream.consumer} stands at offset ${next} of ${stream.topic} partition ${partition}, expected at least ` +
          `${offset + 1}: does the function use another database?`,
      );
  }
}
