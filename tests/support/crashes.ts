/**
 * Simulates a worker that crashes at a chosen step: wraps the real lake and pool, and throws `Crash` before or after the
 * chosen call takes effect. So the stores end up exactly as a crashed process would leave them.
 */
import { Writable } from 'node:stream';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';

export class Crash extends Error {}

/** @param steps number of the call that crashes, from 1; `side` says whether that call still takes effect */
export function crashingAt({ pool, lake }: { pool: Pool; lake: Lake }, steps: number, side: 'before' | 'after') {
  let left = steps;
  const step = async <T>(call: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left > 0) return call();
    if (left === 0 && side === 'after') await call();
    throw new Crash(`crashed ${side} step ${steps}`);
  };
  const crashingLake: Lake = {
    ...lake,
    putOnce: (...args) => step(() => lake.putOnce(...args)),
    head: (key) => step(() => lake.head(key)),
  };
  const crashingPool = {
    async connect() {
      const client = await pool.connect();
      const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
      const crashingQuery = (...args: unknown[]) => {
        // A crashed process rolls nothing back, but the server does when the connection ends: so rollback always succeeds.
        if (args[0] === 'rollback') return query(...args);
        if (!(args[0] instanceof Writable)) return step(() => query(...args));
        // What COPY is written to is needed at once.
        left -= 1;
        if (left > 0) return query(...args);
        throw new Crash(`crashed at COPY, step ${steps}`);
      };
      return Object.assign(Object.create(client), { query: crashingQuery });
    },
  } as unknown as Pool;
  return { pool: crashingPool, lake: crashingLake };
}
