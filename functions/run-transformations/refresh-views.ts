import type { Pool } from '#adapters/postgres/index.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';
import { createViews } from '#sql/views.ts';

/**
 * Makes the views of sql/views as their files say, which they are unless somebody has changed them since the deployment.
 *
 * @param deadline when it must have given up, in milliseconds since 1970; a minute from now if absent
 * @returns their names
 */
export async function refreshViews(pool: Pool, deadline?: number): Promise<string[]> {
  return createViews(pool, await readSqlFiles(sqlFolder('views')), { deadline });
}
