/** spark/jobs on real Spark, PostgreSQL and S3: rows computed by hand; repeated, concurrent and killed runs. */
import { afterAll, beforeAll, describe } from 'vitest';
import { startJobs, stopJobs } from './curation/jobs.ts';

beforeAll(startJobs, 600_000);
afterAll(stopJobs);

describe('aggregate_user_events', async () => {
  await import('./curation/aggregate-user-events.ts');
});

describe('curate_orders', async () => {
  await import('./curation/curate-orders.ts');
});
