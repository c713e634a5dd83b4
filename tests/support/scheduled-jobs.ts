/** What the DAGs do with functions, in one go. */
import type { FunctionName } from '#cdk/config/functions.ts';

export interface ScheduledJobs {
  /** Loads as the DAG does: lists new files and loads them in chunks, until there are no new files. */
  load(): Promise<void>;
  /** Transforms payments, refreshes the view and updates the index, as the DAG does. */
  transform(): Promise<void>;
}

export interface Chunk {
  readonly delivery_ids: readonly number[];
}

export const scheduledJobs = (
  call: <Result>(name: FunctionName, payload: object) => Promise<Result>,
): ScheduledJobs => ({
  async load() {
    for (;;) {
      const { chunks } = await call<{ chunks: Chunk[] }>('load-orders', { action: 'list' });
      if (chunks.length === 0) return;
      for (const { delivery_ids } of chunks)
        await call('load-orders', { action: 'load', delivery_ids, run_id: 'faults' });
    }
  },

  async transform() {
    await call('run-transformations', { action: 'transform' });
    await call('run-transformations', { action: 'refresh_views' });
    await call('index-hourly-metrics', {});
  },
});
