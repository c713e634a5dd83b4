import type { Transaction } from './index.ts';

/** Lets the role log in with this password once the transaction has committed; connections that are open stay. */
export async function setPassword(transaction: Transaction, role: string, password: string): Promise<void> {
  // `alter role` takes no parameters, so the server quotes both for us.
  const { rows } = await transaction.query<{ statement: string }>(
    "select format('alter role %I login password %L', $1::text, $2::text) as statement",
    [role, password],
  );
  if (rows[0]) await transaction.query(rows[0].statement);
}
