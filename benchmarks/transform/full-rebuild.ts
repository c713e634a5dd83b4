/** The simple way: table and index are made from all transactions again. */
import { readFileSync } from 'node:fs';
import { inTransaction } from '#adapters/postgres/index.ts';
import { indexMetrics } from '#functions/index-hourly-metrics/index-metrics.ts';
import { sqlFolder } from '#sql/folder.ts';
import { hourlyRun } from './hourly-run.ts';

const model = readFileSync(new URL('transactions_clean.sql', sqlFolder('transforms')), 'utf8');

await hourlyRun({
  transform: (pool) =>
    inTransaction(pool, async (transaction) => {
      await transaction.query('truncate payments.transactions_clean');
      const { rowCount } = await transaction.query(`insert into payments.transactions_clean ${model}`);
      return rowCount ?? 0;
    }),
  index: (pool, search) => indexMetrics(pool, search, { full: true, deadline: Date.now() + 900_000 }),
});
