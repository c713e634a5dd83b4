import { inTransactionUntil, type Pool } from './index.ts';

/**
 * Lets the role log in with this password from now on; connections that are open stay.
 *
 * @param deadline when it must have ended, in milliseconds since 1970; a minute from now if absent
 */
export function setPassword(pool: Pool, role: string, password: string, deadline?: number): Promise<void> {
  return inTransactionUntil(pool, deadline, async (transaction) => {
    // `alter role` takes no parameters, so the server quotes both for us.
    const { rows } = await transaction.query<{ statement: string }>(
      "select format('alter role %I login password %L', $1::text, $2::text) as statement",
      [role, password],
    );
    if (rows[0]) await transaction.query(rows[0].statement);
  });
}
