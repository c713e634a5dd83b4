/** The way of load-orders: the chunks of its list, each in one transaction. */
import { openPool } from '#adapters/postgres/index.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load } from '#functions/load-orders/load.ts';
import { ownCpu } from '../cpu.ts';
import { eachRound } from '../rounds.ts';
import { folderLake } from './folder-lake.ts';

const [database = '', folder = ''] = process.argv.slice(2);
const pool = openPool({ connectionString: database });
const lake = folderLake(folder);
// No order of the input conflicts with another.
const kafka = { async *recordsAt() {} };

await eachRound(async () => {
  const before = ownCpu();
  let rows = 0;
  for (const chunk of (await listNewFiles(pool)).chunks) {
    const result = await load({ pool, lake, kafka, deadline: Date.now() + 600_000 }, chunk.delivery_ids, 'benchmark');
    rows += result.inserted;
  }
  return { rows, cpuSeconds: ownCpu() - before };
});
await pool.end();
