import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { createViews } from '#sql/views.ts';

/**
 * Recreates the views of sql/views as soon as no query reads them; later queries wait until it is done.
 *
 * @param deadline when it must have given up, in milliseconds since 1970; a minute from now if absent
 * @returns their names
 */
export async function refreshViews(pool: Pool, deadline?: number): Promise<string[]> {
  const files = await readSqlFiles(sqlFolder('views'));
  return inTransactionUntil(pool, deadline, (transaction) => createViews(transaction, files));
}
