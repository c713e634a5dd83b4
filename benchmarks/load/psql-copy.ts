/** The way of psql's \copy: CSV straight into the table. Not idempotent: a second run fails or counts twice. */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { inTransaction, openPool } from '#adapters/postgres/index.ts';
import { ownCpu } from '../cpu.ts';

const [database = '', folder = '', table = 'warehouse.fact_orders'] = process.argv.slice(2);
const pool = openPool({ connectionString: database });

const before = ownCpu();
const rows = await inTransaction(pool, async (transaction) => {
  const copy = transaction.query(copyFrom(`copy ${table} from stdin (format csv)`));
  await pipeline(createReadStream(join(folder, 'orders.csv'), { highWaterMark: 64 * 1024 }), copy);
  return copy.rowCount;
});
console.log(JSON.stringify({ rows, cpuSeconds: ownCpu() - before }));
await pool.end();
