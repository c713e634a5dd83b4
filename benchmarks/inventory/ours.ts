/** The function update-inventory, from records to the committed batch: log, orders, stock, outbox and ledger. */
import { openPool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { KafkaRecord } from '#domain/records.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { ownCpu } from '../cpu.ts';
import { sales } from './input.ts';

/** Two partitions, so that two cores can work. */
const PARTITIONS = 2;

const [database = '', count = '', batch = ''] = process.argv.slice(2);
const pool = openPool({ connectionString: database });
const consume = writeToPostgres<Stream['event']>(
  {
    pool,
    earliestOffset: async () => 0,
    records: async () => undefined,
    skipped: async () => ({ tooLarge: [], earliest: 0 }),
  },
  applyMovements,
);
const size = Number(batch);
const partitions = sales(Number(count), PARTITIONS);
await pool.query('select');

/** Delivers as a partition's poller does: the next batch after the previous one is done. */
async function deliver(partition: number, records: readonly KafkaRecord[]): Promise<void> {
  for (let from = 0; from < records.length; from += size) {
    const part = records.slice(from, from + size);
    await consume(streams.onlineOrders, { topic: 'online_orders', partition, records: part });
  }
}

const cpu = ownCpu();
const began = performance.now();
await Promise.all(partitions.map((records, partition) => deliver(partition, records)));
const wallSeconds = (performance.now() - began) / 1000;
console.log(JSON.stringify({ rows: Number(count), cpuSeconds: ownCpu() - cpu, wallSeconds }));
await pool.end();
