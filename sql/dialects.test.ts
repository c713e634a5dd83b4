import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sqlByDialect } from './dialects.ts';

const root = join(import.meta.dirname, '..');

it('Spark runs the steps of its jobs, and PostgreSQL their inputs and merges and all else', () => {
  const { postgres, spark } = sqlByDialect(root);
  expect(spark).toContain('spark/jobs/shared/dim_customers.sql');
  expect(spark).toContain('spark/jobs/aggregate_user_events/counted_events.sql');
  for (const path of spark) expect(existsSync(join(root, path)), path).toBe(true);
  for (const path of ['sql/views/hourly_metrics.sql', 'spark/jobs/curate_orders/orders.sql'])
    expect(postgres).toContain(path);
  expect(postgres.filter((path) => !/^(sql|spark)\//.test(path))).toEqual([]);
});
