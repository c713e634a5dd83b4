import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { connectSearch, type Search } from '#adapters/search/index.ts';
import { check } from '#functions/check-quality/check.ts';
import { ownCpu } from '../cpu.ts';

interface Steps {
  /** @returns rows written */
  readonly transform: (pool: Pool) => Promise<number>;
  readonly index: (pool: Pool, search: Search) => Promise<unknown>;
}

/** The request of the DAG's task check_data_quality. */
const CHECKS = { suite: 'process_kafka_to_postgres' };

/** Measures one run of the DAG's steps on the database and Elasticsearch in the arguments. */
export async function hourlyRun({ transform, index }: Steps): Promise<void> {
  const [, , connectionString = '', url = ''] = process.argv;
  const pool = openPool({ connectionString, max: 1 });
  const search = await connectSearch({ url, secretId: undefined });
  await Promise.all([pool.query('select'), search.info()]);
  const cpu = ownCpu();
  const began = performance.now();
  const rows = await transform(pool);
  await index(pool, search);
  const checks = await check(pool, CHECKS, Date.now() + 900_000);
  const wallSeconds = (performance.now() - began) / 1000;
  if (checks.some(({ rows }) => rows.length > 0)) throw new Error(`The run is wrong: ${JSON.stringify(checks)}`);
  console.log(JSON.stringify({ rows, cpuSeconds: ownCpu() - cpu, wallSeconds }));
  await Promise.all([pool.end(), search.close()]);
}
