/** What a proof is made from, beside the database's snapshot. */

import type { Fragment, PartitionOffsets, ReadRange } from '#adapters/kafka/index.ts';
import type { OffsetLookup } from '#adapters/kafka/lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import type { Intervals } from '#domain/configuration/intervals.ts';

export interface Sources {
  readonly pool: Pool;
  readonly lake: Lake;
  /** Earliest and latest offset of every partition of a topic. */
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  /** As in OffsetLookup; asked if nothing may wait and the offsets say that something does. */
  readonly skipped?: OffsetLookup['skipped'];
  /** The records in these ranges, by partition, each in the order of its offsets; for depth `kafka`. */
  readonly records?: (topic: string, ranges: ReadonlyMap<number, ReadRange>) => AsyncIterable<Fragment>;
  /** Every document of the index hourly_metrics. */
  hourlyMetrics(): Promise<readonly HourlyMetrics[]>;
  /** The uuid of that index; undefined if there is none. An unsettled proof looks at no index without it. */
  readonly indexUuid?: () => Promise<string | undefined>;
  /** How often the DAGs run; as the standard schedules say if absent. */
  readonly intervals?: Intervals | undefined;
}
