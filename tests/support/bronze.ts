/** Writes bronze objects as archive-user-events does, with the events that a test needs. */
import { gzipSync } from 'node:zlib';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';
import type { BronzeEvent as BronzeLine } from '#functions/prove/pipelines/gold.ts';

export type BronzeEvent = Omit<BronzeLine, 'kafka_partition' | 'kafka_offset'>;

/**
 * Writes an object with these events, at the partition's next offsets, and commits it in the ledger.
 *
 * @param day when Kafka received them, such as 2026-01-02
 * @returns the delivery
 */
export async function archiveEvents(
  { pool, lake }: { pool: Pool; lake: Lake },
  events: readonly BronzeEvent[],
  { day, partition = 0 }: { day: string; partition?: number },
): Promise<number> {
  const { topic, consumer } = streams.userEvents;
  const { rows: positions } = await pool.query<{ first: number }>(
    `insert into ledger.partitions (consumer, topic, partition, start_offset, next_offset) values ($1, $2, $3, 0, $4)
     on conflict (consumer, topic, partition) do update set next_offset = partitions.next_offset + $4
     returning next_offset - $4 as first`,
    [consumer, topic, partition, events.length],
  );
  const first = positions[0]?.first ?? 0;
  const last = first + events.length - 1;
  const lines = events.map((event, index) => {
    const line = {
      ...event,
      kafka_partition: partition,
      kafka_offset: first + index,
      kafka_timestamp: `${day}T00:00:00.000Z`,
      raw: JSON.stringify(event),
    };
    return `${JSON.stringify(line)}\n`;
  });
  const key = `bronze/user_events/dt=${day}/user_events_${day}_00-00-00_p${partition}_o${first}-${last}.json.gz`;
  const facts = { rows: events.length, sourceSha256: 'test' };
  const object = await lake.putOnce(key, gzipSync(lines.join('')), facts, 'application/gzip');
  const { rows } = await pool.query<{ delivery_id: number }>(
    `insert into ledger.deliveries (consumer, topic, partition, first_offset, last_offset, state, records, accepted,
       rejected, source_sha256, object_key, object_sha256, object_bytes, committed_at)
     values ($1, $2, $3, $4, $5, 'committed', $6, $6, 0, 'test', $7, $8, $9, clock_timestamp())
     returning delivery_id`,
    [consumer, topic, partition, first, last, events.length, key, object.sha256, object.bytes],
  );
  return rows[0]?.delivery_id ?? 0;
}
