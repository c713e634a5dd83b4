/** The functions run-transformations and index-hourly-metrics, as the DAG calls them. */
import { indexMetrics } from '#functions/index-hourly-metrics/index-metrics.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { hourlyRun } from './hourly-run.ts';

await hourlyRun({
  transform: async (pool) => (await transform(pool, { full: false, deadline: Date.now() + 900_000 })).rows,
  async index(pool, search) {
    const { scope } = await indexMetrics(pool, search, { timeLeft: 900_000 });
    if (scope !== 'changed') throw new Error(`Expected a comparison of the hours that changed, got one of ${scope}`);
  },
});
