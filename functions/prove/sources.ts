/** What a proof is made from, beside the database's snapshot. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { OffsetLookup } from '#adapters/kafka/lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';

export interface Sources {
  readonly pool: Pool;
  readonly lake: Lake;
  /** Earliest and latest offset of every partition of a topic. */
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  /** As in OffsetLookup; asked if nothing may wait and the offsets say that something does. */
  readonly skipped?: OffsetLookup['skipped'];
  /** Every document of the index hourly_metrics. */
  hourlyMetrics(): Promise<readonly HourlyMetrics[]>;
  /** The longest time between two scheduled runs of process_kafka_to_postgres; an hour if absent. */
  readonly processEveryMinutes?: number | undefined;
}
