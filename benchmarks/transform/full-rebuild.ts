/** What the requirement describes: the whole table is emptied and derived again from all transactions. */
import { readFileSync } from 'node:fs';
import { inTransaction } from '#adapters/postgres.ts';
import { hourlyRun } from './hourly-run.ts';

const model = readFileSync(new URL('../../sql/transforms/transactions_clean.sql', import.meta.url), 'utf8');

await hourlyRun((pool) =>
  inTransaction(pool, async (transaction) => {
    await transaction.query('truncate payments.transactions_clean');
    const { rowCount } = await transaction.query(`insert into payments.transactions_clean ${model}`);
    return rowCount ?? 0;
  }),
);
