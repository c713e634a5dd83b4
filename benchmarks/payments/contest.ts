import { join } from 'node:path';
import { formatCount } from '#cli/numbers.ts';
import { type Contender, contest } from '../contest.ts';
import { withPostgres } from '../postgres.ts';
import type { Settings } from '../settings.ts';
import { table } from '../table.ts';

/** An insert for each payment is so slow that it gets only a part of them. */
const PART = 50;
const REFERENCE = 'one by one';

/** From records of payments to payments.transactions with all its indexes, in a PostgreSQL of its own. */
export const paymentsContest = (settings: Settings): Promise<string> =>
  withPostgres(settings, async ({ pool, url, cpu }) => {
    const { orders, rounds } = settings;
    const program = (name: string, ...given: number[]): Contender['command'] => [
      process.execPath,
      join(import.meta.dirname, name),
      url,
      ...given.map(String),
    ];
    const contenders: Contender[] = [
      {
        name: REFERENCE,
        remark: 'an insert for each; unchecked, a repeat with other content is lost',
        command: program('each-payment.ts', Math.ceil(orders / PART)),
        staysWarm: true,
      },
      ...[100, 1_000, 10_000].map((batch) => ({
        name: `ours, ${formatCount(batch)} a batch`,
        remark: 'exactly once, with hours, fingerprints and ledger',
        command: program('ours.ts', orders, batch),
        staysWarm: true,
      })),
    ];
    const standings = await contest(contenders, rounds, {
      async prepare() {
        await pool.query('truncate payments.transactions, payments.changed_hours, ledger.partitions cascade');
        await pool.query('vacuum analyze');
        await pool.query('checkpoint');
      },
      serverCpu: cpu,
    });
    return table('payments → transactions', standings, REFERENCE);
  });
