/** The way of psql's \copy: a file straight into the table. Not idempotent: a second run fails or counts twice. */
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { inTransaction, openPool } from '#adapters/postgres/index.ts';
import { ownCpu } from '../cpu.ts';
import { eachRound } from '../rounds.ts';

const [database = '', folder = '', extension = 'csv', format = 'csv', table = 'warehouse.fact_orders'] =
  process.argv.slice(2);
const pool = openPool({ connectionString: database });
const files = readdirSync(folder).filter((name) => name.endsWith(`.${extension}`));

await eachRound(async () => {
  const before = ownCpu();
  const rows = await inTransaction(pool, async (transaction) => {
    let all = 0;
    for (const file of files) {
      const copy = transaction.query(copyFrom(`copy ${table} from stdin (format ${format})`));
      await pipeline(createReadStream(join(folder, file), { highWaterMark: 64 * 1024 }), copy);
      all += copy.rowCount;
    }
    return all;
  });
  return { rows, cpuSeconds: ownCpu() - before };
});
await pool.end();
