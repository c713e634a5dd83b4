/** The function store-transactions, from records to the committed batch: payments, hours and ledger. */
import { openPool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { streams } from '#domain/streams.ts';
import { storePayments } from '#functions/store-transactions/store.ts';
import { ownCpu } from '../cpu.ts';
import { eachRound } from '../rounds.ts';
import { payments } from './input.ts';

const [database = '', count = '', batch = ''] = process.argv.slice(2);
const pool = openPool({ connectionString: database });
// No offset of the input is missing.
const kafka = {
  earliestOffset: async () => 0,
  records: async () => undefined,
  skipped: async () => ({ tooLarge: [], earliest: 0 }),
};
const consume = writeToPostgres({ pool, ...kafka }, storePayments);
const size = Number(batch);
const records = payments(Number(count));

await eachRound(async () => {
  const before = ownCpu();
  for (let from = 0; from < records.length; from += size)
    await consume(streams.transactions, {
      topic: 'transactions',
      partition: 0,
      records: records.slice(from, from + size),
    });
  return { rows: records.length, cpuSeconds: ownCpu() - before };
});
await pool.end();
