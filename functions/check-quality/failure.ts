/** What a check that failed says: what should be, and which rows are wrong. */
import type { CheckRequest } from './request.ts';

/** Rows that a check returns at most: each file of sql/quality ends so. */
const LIMIT = 20;

/** Airflow keeps the message in the task's log, and Lambda cuts it off far beyond this. */
const LONGEST_ROW = 1_000;

/** @param rows that are wrong, as JSON; at least one */
export function failureOf({ suite, check }: CheckRequest, meaning: string, rows: readonly string[]): Error {
  const count = rows.length < LIMIT ? String(rows.length) : `${LIMIT} or more`;
  const list = rows.map((row) => `  ${row.slice(0, LONGEST_ROW)}`).join('\n');
  const error = new Error(`${suite}/${check}: expected: ${meaning} Got ${count} that are not so:\n${list}`);
  // The DAG tells by the name that trying again is of no use.
  error.name = 'CheckFailed';
  return error;
}

/** The comment at the head of a file. */
export function meaningOf(sql: string): string {
  const lines = sql.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^--\s*/, ''))
    .join(' ');
}
