/** The proof's SQL: sql/proof/<name>.sql. */
import type { Pool, Transaction } from '#adapters/postgres/index.ts';
import { readSqlFiles, sqlFolder } from '#sql/folder.ts';

let files: Promise<ReadonlyMap<string, string>> | undefined;

/**
 * The rows of sql/proof/<name>.sql.
 *
 * @param values its parameters, $1 first
 * @param named what stands for names in it: SQL made of the catalogue's own names, never of data
 */
export async function query<Row extends object>(
  transaction: Transaction | Pool,
  name: string,
  values: readonly unknown[] = [],
  named: Readonly<Record<string, string>> = {},
): Promise<Row[]> {
  files ??= readQueries();
  const sql = (await files).get(name);
  if (sql === undefined) throw new Error(`sql/proof has no ${name}.sql; the bundle of prove must carry it.`);
  const text = Object.entries(named).reduce((made, [name, own]) => made.replaceAll(name, () => own), sql);
  const { rows } = await transaction.query<Row>(text, [...values]);
  return rows;
}

async function readQueries(): Promise<ReadonlyMap<string, string>> {
  const found = await readSqlFiles(sqlFolder('proof'));
  return new Map(found.map(({ name, sql }) => [name.replace(/\.sql$/, ''), sql]));
}
