/** The .sql files of the repository, wherever the code runs. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

export interface SqlFile {
  /** File name, such as `001_ledger.sql`. */
  readonly name: string;
  readonly sql: string;
}

/** A folder of sql/: a function's bundle carries it beside itself, under the same path (cdk/constructs/bundle.ts). */
export function sqlFolder(name: 'analytics' | 'migrations' | 'proof' | 'quality' | 'transforms' | 'views'): URL {
  const bundled = new URL(`./sql/${name}/`, import.meta.url);
  return existsSync(bundled) ? bundled : new URL(`./${name}/`, import.meta.url);
}

/** The .sql files of a folder in the order of their names. */
export async function readSqlFiles(folder: URL): Promise<SqlFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(names.map(async (name) => ({ name, sql: await readFile(new URL(name, folder), 'utf8') })));
}
