/** A pulse reads as little after a long history as after a short one. `npm run benchmark -- pulse` measures it at a million deliveries. */
import { expect, it } from 'vitest';
import { until } from '#localstack/processes/until.ts';
import { type DatabasePulse, databasePulse } from '#operations/pulse/read-pulse.ts';
import { blocksRead, singleConnection } from '../../benchmarks/blocks-read.ts';
import { fillCurated, fillLedger } from '../../benchmarks/pulse/input.ts';
import { freshDatabase } from '../support/stores.ts';

/** Blocks of 8 KB that one of the later looks reads, on a history of so many deliveries, without what is asked at ease. */
async function blocksOfLook(deliveries: number): Promise<number> {
  const database = await freshDatabase();
  const pool = singleConnection(database);
  try {
    await fillLedger(pool, deliveries);
    await fillCurated(pool, deliveries);
    await pool.query('vacuum analyze');
    let now = 0;
    const look = databasePulse(pool, { clock: () => now });
    const isCounted = ({ letters, counts, unsent, jobs }: DatabasePulse) =>
      Boolean(letters && unsent && jobs) && Object.values(counts).every((count) => count !== null);
    const whole = async () => {
      const found = await look();
      return isCounted(found) ? found : undefined;
    };
    const { ledger, letters } = await until(whole, { what: 'all is counted', within: 60_000, every: 10 });
    expect(ledger.partitions).toHaveLength(24);
    expect([...(letters ?? [])].reduce((sum, [, count]) => sum + count, 0)).toBeCloseTo(deliveries / 10, -2);
    // Letters are counted a second time; from then on the clock stands still, and so nothing is due.
    now += 3_000;
    await look();
    return await blocksRead(pool, look);
  } finally {
    await Promise.all([pool.end(), database.end()]);
  }
}

it('reads some hundred blocks, however many deliveries there are', async () => {
  const few = await blocksOfLook(4_000);
  const many = await blocksOfLook(40_000);
  expect(few).toBeGreaterThan(50);
  // Indexes are a level deeper.
  expect(many).toBeLessThan(few * 1.5);
  expect(many).toBeLessThan(800);
});
