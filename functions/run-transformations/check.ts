/** Whether what was transformed of late is as it should be, in one consistent state of the database. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { checks, SOURCES } from './checks.ts';

export interface Checked {
  readonly checks: readonly { readonly name: string; readonly passed: boolean; readonly detail: string }[];
  readonly passed: boolean;
}

export interface CheckOptions {
  /** Back from now: of what was transformed since then every row is checked, and of the rest none. */
  readonly hours: number;
  /** When all checks must have ended, in milliseconds since 1970; a minute from now if absent. */
  readonly deadline?: number;
}

export async function check(pool: Pool, { hours, deadline }: CheckOptions): Promise<Checked> {
  return inTransactionUntil(
    pool,
    deadline,
    async (transaction) => {
      const results: Checked['checks'][number][] = [];
      for (const { name, sql, detail } of checks) {
        const { rows } = await transaction.query<{ wrong: number }>(`${SOURCES} ${sql}`, [hours]);
        const wrong = rows[0]?.wrong ?? Number.NaN;
        results.push({ name, passed: wrong === 0, detail: detail(wrong, hours) });
      }
      return { checks: results, passed: results.every(({ passed }) => passed) };
    },
    'isolation level repeatable read read only',
  );
}
