/** What a pulse costs PostgreSQL, in one of its own, on a ledger that grows. */
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from '#adapters/postgres/index.ts';
import { formatCount } from '#cli/numbers.ts';
import { readLedger } from '#operations/ledger.ts';
import { databasePulse } from '#operations/pulse/read-pulse.ts';
import { blocksReadSoFar } from '../blocks-read.ts';
import { withPostgres } from '../postgres.ts';
import type { Settings } from '../settings.ts';
import { markdown } from '../table.ts';
import { fillCurated, fillLedger } from './input.ts';

/** Sizes of the ledger, in parts of `--orders` (here: deliveries). */
const SIZES = [0.1, 1];
const LOOKS = 50;

export async function pulseContest(settings: Settings): Promise<string> {
  const lines: string[][] = [];
  for (const size of SIZES) {
    const folder = join(settings.folder, String(size));
    mkdirSync(folder, { recursive: true });
    chmodSync(settings.folder, 0o755); // PostgreSQL may run as another user.
    await withPostgres({ ...settings, folder }, async ({ pool, cpu }) => {
      const deliveries = Math.round(size * settings.orders);
      await fillLedger(pool, deliveries);
      await fillCurated(pool, deliveries);
      await pool.query('vacuum analyze');
      await pool.query('checkpoint');
      lines.push(...(await measure(pool, cpu, deliveries)));
    });
  }
  return markdown(['deliveries', 'what', 'CPU ms of PostgreSQL', 'ms', 'blocks of 8 KB'], lines);
}

async function measure(pool: Pool, cpu: () => number, deliveries: number): Promise<string[][]> {
  const look = databasePulse(pool);
  const cost = async (what: string, work: () => Promise<unknown>, times: number): Promise<string[]> => {
    const before = [cpu(), await blocksReadSoFar(pool), performance.now()] as const;
    for (let time = 0; time < times; time += 1) await work();
    const wall = (performance.now() - before[2]) / times;
    const own = ((cpu() - before[0]) * 1_000) / times;
    const read = ((await blocksReadSoFar(pool)) - before[1]) / times;
    return [formatCount(deliveries), what, own.toFixed(1), wall.toFixed(1), formatCount(Math.round(read))];
  };
  return [
    await cost('the first pulse, which counts everything', look, 1),
    await cost('a pulse', look, LOOKS),
    await cost('of it the books', () => readLedger(pool), LOOKS),
    await cost('the books as a sum of all deliveries, as before', () => pool.query(SUM), 3),
  ];
}

/** What the totals are instead of. */
const SUM = `
  select topic, sum(records), sum(accepted), sum(deliveries.duplicates), sum(rejected), count(object_key), sum(conflicts), count(loads.delivery_id)
  from ledger.deliveries
  left join ledger.loads using (delivery_id)
  where state = 'committed'
  group by topic`;
