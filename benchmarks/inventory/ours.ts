/** The function update-inventory, from records to the committed batch: log, orders, stock, outbox and ledger. */
import { openPool } from '#adapters/postgres.ts';
import { writeToPostgres } from '#adapters/write-to-postgres.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { ownCpu } from '../cpu.ts';
import { sales } from './input.ts';

/** Two cores can work on two partitions. */
const PARTITIONS = 2;

const [database = '', count = '', batch = ''] = process.argv.slice(2);
const pool = openPool({ connectionString: database });
const consume = writeToPostgres<Stream['event']>(
  { pool, earliestOffset: async () => 0, firstRecord: async () => undefined },
  applyMovements,
);
const size = Number(batch);
const records = sales(Number(count));
await pool.query('select');

/** Every other batch, as one partition's poller delivers them: the next when the last is done. */
async function partition(number: number): Promise<void> {
  for (let from = number * size; from < records.length; from += PARTITIONS * size) {
    const part = records.slice(from, from + size);
    await consume(streams.onlineOrders, { topic: 'online_orders', partition: number, records: part });
  }
}

const cpu = ownCpu();
const began = performance.now();
await Promise.all(Array.from({ length: PARTITIONS }, (_, number) => partition(number)));
const wallSeconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ rows: records.length, cpuSeconds: ownCpu() - cpu, wallSeconds }));
await pool.end();
