/** Creates or replaces the views of sql/views; readers see the old ones until the transaction commits. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { SqlFile } from './folder.ts';

/** Owns the views, since the function run-transformations replaces them after each transformation. */
const OWNER = 'run_transformations';

/**
 * @param transaction of the owner of the views
 * @returns the names of the views
 */
export async function createViews(transaction: Transaction, files: readonly SqlFile[]): Promise<string[]> {
  for (const { name, sql } of files)
    await transaction.query(sql).catch((cause: Error) => {
      throw new Error(`View ${name} can't be made: ${cause.message}`, { cause });
    });
  return files.map(({ name }) => name.replace(/\.sql$/, ''));
}

/** At deployment, by the owner of the schemas, so that a view is there before the first transformation. */
export async function createViewsAsAdmin(transaction: Transaction, files: readonly SqlFile[]): Promise<string[]> {
  // A role with createrole may grant itself membership, but does not have it by that alone.
  await transaction.query(`grant ${OWNER} to current_user`);
  await transaction.query(`set local role ${OWNER}`);
  return createViews(transaction, files);
}
