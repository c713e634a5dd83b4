/** The usual way: an insert for each payment, which a repeat doesn't change. Nobody learns that a repeat says something else. */
import { openPool } from '#adapters/postgres/index.ts';
import { ownCpu } from '../cpu.ts';
import { eachRound } from '../rounds.ts';
import { payments } from './input.ts';

const [database = '', count = ''] = process.argv.slice(2);
const pool = openPool({ connectionString: database, max: 1 });
const records = payments(Number(count));

await eachRound(async () => {
  const before = ownCpu();
  for (const { offset, value } of records) {
    const { transaction_id, user_id, amount, currency, status, event_time } = JSON.parse(String(value));
    await pool.query(
      `insert into payments.transactions (transaction_id, user_id, amount, currency, status, event_time, processing_time,
         partition, kafka_offset)
       values ($1, $2, $3, $4, $5, $6, now(), 0, $7) on conflict do nothing`,
      [transaction_id, user_id, amount, currency, status, event_time, offset],
    );
  }
  return { rows: records.length, cpuSeconds: ownCpu() - before };
});
await pool.end();
