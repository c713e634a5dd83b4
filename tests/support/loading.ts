/** The stores between which load-orders works, new for each test. */
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { freshDatabase, freshLake, poolAs } from './stores.ts';

export interface LoadingStores {
  readonly lake: Lake;
  /** Logged in as superuser. */
  readonly pool: Pool;
  /** With the function's role. */
  readonly rolePool: Pool;
  close(): Promise<void>;
}

export async function freshLoadingStores(): Promise<LoadingStores> {
  const lake = await freshLake();
  const pool = await freshDatabase();
  const rolePool = await poolAs('load_orders', pool);
  const close = async () => {
    await rolePool.end();
    await pool.end();
  };
  return { lake, pool, rolePool, close };
}
