/** What a proof is made from, beside the database's snapshot. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';

export interface Sources {
  readonly pool: Pool;
  readonly lake: Lake;
  /** Earliest and latest offset of every partition of a topic. */
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  /** Every document of the index hourly_metrics. */
  hourlyMetrics(): Promise<readonly HourlyMetrics[]>;
}
