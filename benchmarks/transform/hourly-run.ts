import { openPool, type Pool } from '#adapters/postgres.ts';
import { ownCpu } from '../cpu.ts';

/** Measures one run on the database of the first argument. */
export async function hourlyRun(run: (pool: Pool) => Promise<number>): Promise<void> {
  const pool = openPool({ connectionString: process.argv[2] ?? '', max: 1 });
  await pool.query('select');
  const cpu = ownCpu();
  const began = performance.now();
  const rows = await run(pool);
  const wallSeconds = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ rows, cpuSeconds: ownCpu() - cpu, wallSeconds }));
  await pool.end();
}
