import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { openPool } from '#adapters/postgres.ts';
import { transform } from '#functions/run-transformations/transform.ts';
import { freePorts } from '#localstack/ports.ts';
import { startPostgres } from '#localstack/services/postgres.ts';
import { migrate, readMigrations } from '#sql/migrate.ts';
import { type Contender, contest, type Standing, seconds } from '../contest.ts';
import { treeCpu } from '../cpu.ts';
import type { Settings } from '../settings.ts';
import { markdown } from '../table.ts';
import { addHours, HOURS_PER_STEP } from './input.ts';

/** Times `--orders`: how large the table is when the hourly run is measured. */
const SIZES = [1, 3, 5];

/** The hourly run, with one more hour of transactions each time, as the table grows, in a PostgreSQL of its own. */
export async function transformContest({ folder, installFolder, orders, rounds }: Settings): Promise<string> {
  const [port = 0] = await freePorts(1);
  chmodSync(folder, 0o755); // PostgreSQL may run as another user.
  const report = (progress: string) => console.error(`PostgreSQL: ${progress}`);
  const server = await startPostgres({ port, password: 'benchmark' }, { runFolder: folder, installFolder, report });
  const pool = openPool({ ...server.connection, max: 1 });
  const perHour = Math.ceil(orders / HOURS_PER_STEP);
  let hours = 0;
  const grow = async (by: number) => {
    await addHours(pool, hours, by, perHour);
    hours += by;
  };
  try {
    await migrate(pool, await readMigrations(new URL('../../sql/migrations/', import.meta.url)));
    const { user, password, host, database } = server.connection;
    const url = `postgres://${user}:${password}@${host}:${port}/${database}`;
    const contender = (name: string, remark: string, program: string): Contender => ({
      name,
      remark,
      command: [process.execPath, join(import.meta.dirname, program), url],
    });
    const contenders = [
      contender('full rebuild', 'truncate and insert, as required; readers wait meanwhile', 'full-rebuild.ts'),
      contender('ours', 'the hours that changed; readers and store-transactions go on', 'ours.ts'),
    ];
    const lines: string[][] = [];
    for (const size of SIZES) {
      await grow(size * HOURS_PER_STEP - hours);
      console.error(`${(hours * perHour).toLocaleString('en')} transactions are there`);
      await transform(pool, { full: false, deadline: Date.now() + 900_000 });
      const standings = await contest(contenders, rounds, {
        async prepare() {
          await pool.query('truncate payments.changed_hours');
          await grow(1);
          await pool.query('vacuum analyze');
          await pool.query('checkpoint');
        },
        serverCpu: () => server.pids.reduce((sum, pid) => sum + treeCpu(pid), 0),
      });
      lines.push(...standings.map((standing) => line(size * orders, standing)));
    }
    const head = [
      'transactions',
      `hourly run of ${perHour.toLocaleString('en')}`,
      'CPU s',
      'client',
      'server',
      'seconds',
    ];
    return markdown([...head, 'rows written', ''], lines);
  } finally {
    await pool.end();
    await server.stop();
  }
}

const line = (size: number, standing: Standing): string[] => [
  size.toLocaleString('en'),
  standing.name,
  seconds(standing).toFixed(2),
  standing.clientSeconds.toFixed(2),
  standing.serverSeconds.toFixed(2),
  (standing.wallSeconds ?? Number.NaN).toFixed(2),
  standing.rows.toLocaleString('en'),
  standing.remark,
];
