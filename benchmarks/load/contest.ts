import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { openPool } from '#adapters/postgres/index.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { startPostgres } from '#localstack/services/postgres.ts';
import { sqlFolder } from '#sql/folder.ts';
import { migrate, readMigrations } from '#sql/migrate.ts';
import { type Contender, contest } from '../contest.ts';
import { treeCpu } from '../cpu.ts';
import type { Settings } from '../settings.ts';
import { table } from '../table.ts';
import { writeInput } from './input.ts';

const PASSWORD = 'benchmark';

/** From files on disk to warehouse.fact_orders with all its indexes, in a PostgreSQL of its own. */
export async function loadContest({ folder, installFolder, orders, rounds, python }: Settings): Promise<string> {
  const [port = 0] = await freePorts(1);
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  const report = (progress: string) => console.error(`PostgreSQL: ${progress}`);
  const server = await startPostgres({ port, password: PASSWORD }, { runFolder: folder, installFolder, report });
  const pool = openPool({ ...server.connection, max: 1 });
  try {
    await migrate(pool, await readMigrations(sqlFolder('migrations')));
    console.error(`writing ${orders} orders as Parquet and CSV`);
    const input = join(folder, 'input');
    await writeInput(pool, input, orders);
    const { user, password, host, database } = server.connection;
    const url = `postgres://${user}:${password}@${host}:${port}/${database}`;
    const program = (name: string) => join(import.meta.dirname, name);
    const contenders: Contender[] = [
      {
        name: 'ours',
        remark: 'load-orders from Parquet: idempotent, exact, with the ledger',
        command: [process.execPath, program('ours.ts'), url, input],
      },
      {
        name: '\\copy',
        remark: 'psql’s way from CSV: not idempotent',
        command: [process.execPath, program('psql-copy.ts'), url, input],
      },
      {
        name: 'pandas',
        remark: 'pandas + execute_values from Parquet, 1,000 rows a statement',
        command: [python, program('pandas_load.py'), url, input],
      },
    ];
    const standings = await contest(contenders, rounds, {
      async prepare() {
        await pool.query('truncate warehouse.fact_orders, ledger.loads cascade');
        await pool.query('checkpoint');
      },
      serverCpu: () => server.pids.reduce((sum, pid) => sum + treeCpu(pid), 0),
    });
    return table('files → fact_orders', standings, '\\copy');
  } finally {
    await pool.end();
    await server.stop();
  }
}
