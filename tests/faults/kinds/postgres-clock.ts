import { setTimeout as delay } from 'node:timers/promises';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { persist } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';

/** With the names that PostgreSQL's own code has for them. */
const clocks = [
  { name: 'now', own: 'now', volatility: 'stable' },
  { name: 'transaction_timestamp', own: 'now', volatility: 'stable' },
  { name: 'statement_timestamp', own: 'statement_timestamp', volatility: 'stable' },
  { name: 'clock_timestamp', own: 'clock_timestamp', volatility: 'volatile' },
];

/**
 * Replaces what SQL reads the time with, in this database: whatever statement, default or function asks gets the body inline.
 * PostgreSQL itself, such as its timeouts, keeps the true time.
 *
 * @param days zero gives the functions back as they were
 */
const shift = (pool: Pool, days: number): Promise<unknown> =>
  inTransaction(pool, async (transaction) => {
    for (const { name, own, volatility } of clocks) {
      const declared = (as: string) => `function pg_catalog.${as}() returns timestamptz ${volatility} parallel safe`;
      const asBuilt = `strict language internal as '${own}'`;
      if (days === 0) {
        await transaction.query(`create or replace ${declared(name)} ${asBuilt}`);
        continue;
      }
      await transaction.query(`create or replace ${declared(`true_${name}`)} ${asBuilt}`);
      await transaction.query(`grant execute on function pg_catalog.true_${name}() to public`);
      await transaction.query(
        `create or replace ${declared(name)} language sql
         as 'select pg_catalog.true_${name}() + interval ''${days * 24} hours'''`,
      );
    }
  });

export const fault: Fault = {
  breaks: 'the clock of PostgreSQL goes a day ahead, then two days back',
  async strike({ pool }, random) {
    try {
      for (const days of [1, -1]) {
        await persist(`PostgreSQL's clock is shifted`, () => shift(pool, days));
        await delay(random.integer(3_000, 10_000));
      }
    } finally {
      await persist(`PostgreSQL's clock is right again`, () => shift(pool, 0));
    }
  },
};
