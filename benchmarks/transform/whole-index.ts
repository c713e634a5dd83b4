/** Transforms the changed hours; compares the whole index with the view, before and after writing it. */
import { indexMetrics } from '#functions/index-hourly-metrics/index-metrics.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { hourlyRun } from './hourly-run.ts';

await hourlyRun({
  transform: async (pool) => (await transform(pool, { full: false, deadline: Date.now() + 900_000 })).rows,
  async index(pool, search) {
    await indexMetrics(pool, search, { full: true, deadline: Date.now() + 900_000 });
    const { indexed, deleted } = await indexMetrics(pool, search, { full: true, deadline: Date.now() + 900_000 });
    if (indexed + deleted > 0) throw new Error('The index was not the view');
  },
});
