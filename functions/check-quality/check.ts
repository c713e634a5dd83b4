/** Runs checks of sql/quality: each is a select of the rows that are wrong. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { readSqlFiles, type SqlFile, sqlFolder } from '#sql/folder.ts';
import { meaningOf } from './meaning.ts';
import type { QualityRequest } from './request.ts';

export interface Checked {
  /** The file's name without .sql. */
  readonly name: string;
  /** What should be. */
  readonly meaning: string;
  /** The first rows that are wrong, as JSON; empty if the check passed. */
  readonly rows: readonly string[];
}

/**
 * All checks see one state of the database.
 *
 * @param deadline when they must have ended, in milliseconds since 1970
 */
export async function check(pool: Pool, request: QualityRequest, deadline: number): Promise<Checked[]> {
  const files = await findChecks(request);
  return inTransactionUntil(
    pool,
    deadline,
    async (transaction) => {
      const results: Checked[] = [];
      for (const { name, sql } of files) {
        // PostgreSQL writes the JSON, so that days and money are as they are there.
        const { rows } = await transaction.query<{ row: string }>(
          `select to_json(wrong)::text as row from (${sql}) as wrong`,
        );
        results.push({
          name: name.replace(/\.sql$/, ''),
          meaning: meaningOf(sql),
          rows: rows.map(({ row }) => row),
        });
      }
      return results;
    },
    'isolation level repeatable read read only',
  );
}

/** @throws if there is none: checks that are not there have not passed */
async function findChecks({ suite, check: name }: QualityRequest): Promise<readonly SqlFile[]> {
  const folder = new URL(`${suite}/`, sqlFolder('quality'));
  const files = await readSqlFiles(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const wanted = name === undefined ? files : files.filter((each) => each.name === `${name}.sql`);
  if (wanted.length > 0) return wanted;
  const expected = name === undefined ? 'checks' : `a check ${name}.sql`;
  const known = files.map((each) => each.name).join(', ') || 'nothing';
  throw new Error(`Expected ${expected} in sql/quality/${suite}, which has ${known}.`);
}
