/** The function run-transformations, incrementally. */
import { transform } from '#functions/run-transformations/transform.ts';
import { hourlyRun } from './hourly-run.ts';

await hourlyRun(async (pool) => (await transform(pool, { full: false, deadline: Date.now() + 900_000 })).rows);
