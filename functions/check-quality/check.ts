/** Runs one check of sql/quality: a select of the rows that are wrong. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { readSqlFiles, type SqlFile, sqlFolder } from '#sql/folder.ts';
import { meaningOf } from './failure.ts';
import type { CheckRequest } from './request.ts';

export interface Checked {
  /** What should be. */
  readonly meaning: string;
  /** What is not so, the first of it: rows as JSON. */
  readonly rows: readonly string[];
}

/** @param deadline when the check must have ended, in milliseconds since 1970 */
export async function check(pool: Pool, request: CheckRequest, deadline: number): Promise<Checked> {
  const { sql } = await findCheck(request);
  return inTransactionUntil(
    pool,
    deadline,
    async (transaction) => {
      // PostgreSQL writes the JSON, so that days and money are as they are there.
      const { rows } = await transaction.query<{ row: string }>(
        `select to_json(wrong)::text as row from (${sql}) as wrong`,
      );
      return { meaning: meaningOf(sql), rows: rows.map(({ row }) => row) };
    },
    'read only',
  );
}

async function findCheck({ suite, check: name }: CheckRequest): Promise<SqlFile> {
  const folder = new URL(`${suite}/`, sqlFolder('quality'));
  const files = await readSqlFiles(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const file = files.find((each) => each.name === `${name}.sql`);
  if (file) return file;
  const known = files.map((each) => each.name).join(', ') || 'nothing';
  throw new Error(`Expected a check ${name}.sql in sql/quality/${suite}, which has ${known}.`);
}
