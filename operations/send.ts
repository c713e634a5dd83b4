/** Sends records that a shop has in a file, as a producer of its own would: to see what becomes of them. */
import type { ProducedRecord } from '#adapters/kafka/index.ts';
import { columnsOf } from '#domain/columns.ts';
import { Unusable } from '#domain/dead-letters.ts';
import { type Envelope, unwrap } from '#domain/envelope.ts';
import type { Stream } from '#domain/streams.ts';
import type { Backbone } from './backbone.ts';

/** Records that stand in a partition one behind the other. */
export interface SentRange {
  readonly partition: number;
  /** Null if Kafka doesn't say it, as of records that it had got at an earlier attempt. */
  readonly offset: number | null;
  readonly records: number;
}

/** Half of what a broker takes by default is left for keys and framing, as in simulator/produce.ts. */
const BATCH = { records: 1_000, bytes: 500_000 };

/**
 * Sends each line as it is, in their order, with the value of the stream's key field as its key. A line that isn't a JSON object with that
 * field as text, in the stream's envelope if it has one, goes without a key: its consumer will say what is wrong with it. To a topic that is compacted goes none without a key,
 * which Kafka refuses there, and the key is the id as it is kept (domain/keyed-records.ts).
 *
 * @throws if a line has no such key; nothing is sent then
 * @throws if Kafka doesn't take them; those before may have been sent
 */
export async function sendLines(
  { kafka }: Pick<Backbone, 'kafka'>,
  stream: Stream,
  lines: readonly string[],
): Promise<readonly SentRange[]> {
  const records = keyed(stream, lines);
  const producer = await (await kafka()).producer();
  const sent: SentRange[] = [];
  try {
    for (const batch of batches(records))
      for (const { partition, firstOffset, records } of await producer.send(stream.topic, batch))
        sent.push({ partition, offset: firstOffset ?? null, records: records.length });
    return sent;
  } finally {
    await producer.close();
  }
}

/** The lines with their keys. */
export function keyed({ topic, event, key: field, cleanup, envelope }: Stream, lines: readonly string[]) {
  const column = columnsOf(event).find(({ name }) => name === field);
  return lines.map((value, index) => {
    const key = keyOf(value, field, envelope);
    if (!cleanup || !column) return { key, value };
    const refuse = (got: string, cause?: unknown) =>
      new Error(
        `Expected a ${field} in each record, which keys the compacted topic ${topic}, ${got} in record ${index + 1}. Nothing was sent.`,
        { cause },
      );
    if (key === null) throw refuse('found none as text');
    try {
      return { key: column.parse(key) as string, value };
    } catch (error) {
      throw error instanceof Unusable ? refuse(error.message, error) : error;
    }
  });
}

export function keyOf(line: string, field: string, envelope?: Envelope): string | null {
  try {
    // Lines go without headers.
    const json = envelope ? unwrap(envelope, line, []).json : line;
    const value: unknown = JSON.parse(json)?.[field];
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** A record larger than the limit is a batch of its own. */
export function* batches<Sent extends ProducedRecord & { readonly value: string }>(
  records: readonly Sent[],
  limits = BATCH,
): Generator<readonly Sent[]> {
  let batch: Sent[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = Buffer.byteLength(record.value);
    if (batch.length === limits.records || (batch.length > 0 && bytes + size > limits.bytes)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(record);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
