/** Sends records to a stream, and waits until its consumer has dealt with them. */
import { setTimeout } from 'node:timers/promises';
import { cutBySize } from '#adapters/kafka/batches.ts';
import type { Stream } from '#domain/streams.ts';
import type { Backbone } from '../backbone.ts';
import type { ImportRecord } from './read.ts';

export interface Sent {
  readonly sent: number;
  /** How many of them became dead letters. */
  readonly refused: number;
}

export interface SendOptions {
  /** Milliseconds to wait for the consumer. */
  readonly within: number;
  readonly onProgress?: (sent: number) => void;
  readonly signal?: AbortSignal;
}

/** Bytes. */
const AT_ONCE = 500_000;

/** What PostgreSQL says of these partitions: up to where they are consumed, and the dead letters from these offsets on. */
const STATE = `
  with asked as (
    select partition, first, past
    from unnest($3::integer[], $4::bigint[], $5::bigint[]) as asked (partition, first, past)
  )
  select
    bool_and(coalesce(next_offset, 0) >= past) as done,
    sum(
      (
        select count(*)
        from ledger.dead_letters
        where
          (dead_letters.consumer, dead_letters.topic, dead_letters.partition) = ($1, $2, asked.partition)
          and record_offset >= first and record_offset < past
      )
    )::bigint as refused
  from asked
  left join ledger.partitions on (consumer, topic, partitions.partition) = ($1, $2, asked.partition)`;

/** @throws if Kafka doesn't take them, or if they haven't been consumed in time; they take effect then nevertheless */
export async function sendImport(
  { kafka, pool }: Pick<Backbone, 'kafka' | 'pool'>,
  { topic, consumer }: Pick<Stream, 'topic' | 'consumer'>,
  records: readonly ImportRecord[],
  { within, onProgress, signal }: SendOptions,
): Promise<Sent> {
  const connection = await kafka();
  const before = await connection.offsets(topic);
  const producer = await connection.producer();
  let sent = 0;
  try {
    for (const chunk of cutBySize(records, AT_ONCE, ({ key, value }) => 2 * (key.length + value.length) + 100)) {
      signal?.throwIfAborted();
      await producer.send(topic, chunk);
      sent += chunk.length;
      onProgress?.(sent);
    }
  } finally {
    await producer.close();
  }
  const after = await connection.offsets(topic);
  const grown = after.flatMap(({ partition, latest }) => {
    const first = before.find((each) => each.partition === partition)?.latest ?? 0;
    return latest > first ? [{ partition, first, past: latest }] : [];
  });
  const asked = [
    consumer,
    topic,
    ...(['partition', 'first', 'past'] as const).map((of) => grown.map((each) => each[of])),
  ];
  const deadline = Date.now() + within;
  for (;;) {
    const { rows } = await pool.query<{ done: boolean | null; refused: number | null }>(STATE, asked);
    if (rows[0]?.done !== false) return { sent, refused: rows[0]?.refused ?? 0 };
    signal?.throwIfAborted();
    if (Date.now() > deadline)
      throw new Error(
        `${sent} records were sent to ${topic}, and ${consumer} has not consumed them after ${within / 1_000} s. ` +
          'They take effect when it does: see npx tillstream doctor.',
      );
    await setTimeout(200, undefined, { signal });
  }
}
