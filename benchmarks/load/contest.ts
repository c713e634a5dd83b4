import { join } from 'node:path';
import { rowColumns } from '#functions/load-orders/runs.ts';
import { type Contender, contest } from '../contest.ts';
import { withPostgres } from '../postgres.ts';
import type { Settings } from '../settings.ts';
import { table } from '../table.ts';
import { writeInput } from './input.ts';

/** From files on disk to warehouse.fact_orders with all its indexes, in a PostgreSQL of its own. */
export const loadContest = (settings: Settings): Promise<string> =>
  withPostgres(settings, async ({ pool, url, cpu }) => {
    const { folder, orders, rounds, python } = settings;
    console.error(`writing ${orders} orders as Parquet, as CSV and for binary COPY`);
    const input = join(folder, 'input');
    await writeInput(pool, input, orders);
    const program = (name: string) => join(import.meta.dirname, name);
    const copy = (...given: string[]): Contender['command'] => [
      process.execPath,
      program('psql-copy.ts'),
      url,
      input,
      ...given,
    ];
    const contenders: Contender[] = [
      {
        name: 'ours',
        remark: 'load-orders from Parquet: idempotent, exact, with the ledger',
        command: [process.execPath, program('ours.ts'), url, input],
        staysWarm: true,
      },
      {
        name: 'sorted binary COPY',
        remark: 'what is sorted and binary already: not idempotent',
        command: copy('copy', 'binary', `warehouse.fact_orders (${rowColumns.join(', ')})`),
        staysWarm: true,
      },
      { name: '\\copy', remark: 'psql’s way from CSV: not idempotent', command: copy('csv', 'csv'), staysWarm: true },
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
      serverCpu: cpu,
    });
    return table('files → fact_orders', standings, '\\copy');
  });
