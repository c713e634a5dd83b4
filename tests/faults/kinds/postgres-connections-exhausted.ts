import { setTimeout as delay } from 'node:timers/promises';
import { openPool } from '#adapters/postgres/index.ts';
import { persist } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'no connection to PostgreSQL is left for seconds',
  async strike({ stack, pool }, random) {
    const { rows } = await persist('PostgreSQL says how many connections it takes', () =>
      pool.query("select current_setting('max_connections')::int as most"),
    );
    const hungry = openPool({
      ...stack.services.postgres.connection,
      max: rows[0].most,
      connectionTimeoutMillis: 3_000,
    });
    const taken = await Promise.allSettled(Array.from({ length: rows[0].most }, () => hungry.connect()));
    await delay(random.integer(500, 5_000));
    for (const each of taken) if (each.status === 'fulfilled') each.value.release(true);
    await hungry.end();
  },
};
