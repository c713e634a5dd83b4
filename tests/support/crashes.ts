/**
 * A worker that may die at any step: its lake and its pool are the real ones, and `Crash` is thrown before or after a
 * chosen call takes effect. What a dead process leaves behind is exactly what these calls had done.
 */
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';

export class Crash extends Error {}

/** @param steps calls that succeed before the crash; `side` says whether the fatal call still takes effect */
export function mortal({ pool, lake }: { pool: Pool; lake: Lake }, steps: number, side: 'before' | 'after') {
  let left = steps;
  const step = async <T>(call: () => Promise<T>): Promise<T> => {
    left -= 1;
    if (left > 0) return call();
    if (left === 0 && side === 'after') await call();
    throw new Crash(`crashed ${side} step ${steps}`);
  };
  const mortalLake: Lake = {
    ...lake,
    putOnce: (...args) => step(() => lake.putOnce(...args)),
    head: (key) => step(() => lake.head(key)),
  };
  const mortalPool = {
    async connect() {
      const client = await pool.connect();
      const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
      // A dead process rolls nothing back; the server does when the connection ends, so rollback always gets through.
      const mortalQuery = (...args: unknown[]) =>
        args[0] === 'rollback' ? query(...args) : step(() => query(...args));
      return Object.assign(Object.create(client), { query: mortalQuery });
    },
  } as unknown as Pool;
  return { pool: mortalPool, lake: mortalLake };
}
