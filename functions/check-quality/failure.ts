/** The message of checks that failed: what should be, and which rows are wrong. */
import type { Checked } from './check.ts';

/** Rows that a check returns at most: each file of sql/quality ends so. */
const LIMIT = 20;

/** Airflow keeps the message in the task's log, and Lambda cuts it off far beyond this. */
const LONGEST_ROW = 1_000;

/** @param failed at least one, each with at least one row */
export function failureOf(suite: string, failed: readonly Checked[]): Error {
  const error = new Error(failed.map((each) => describe(suite, each)).join('\n'));
  // The DAG knows by the name that a retry is of no use.
  error.name = 'CheckFailed';
  return error;
}

function describe(suite: string, { name, meaning, rows }: Checked): string {
  const count = rows.length < LIMIT ? String(rows.length) : `${LIMIT} or more`;
  const list = rows.map((row) => `  ${row.slice(0, LONGEST_ROW)}`).join('\n');
  return `${suite}/${name}: expected: ${meaning} Got ${count} that are not so:\n${list}`;
}
