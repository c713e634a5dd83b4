/**
 * What the DAG and the CLI send:
 * - `{"action": "build", "date": "2026-01-02"}` → `Summary` (build.ts): computes the day's row of inventory.reports
 * - `{"action": "export", "date": "2026-01-02"}` → `{"report_date", "files": [{"key", "bytes", "sha256"}]}`: writes that
 *   row to the lake
 */
import * as z from 'zod';
import { requestReader } from '#lambda/request.ts';

/** What can be reported, as errors say it. */
export const REPORTABLE_DAY = 'a day up to today (UTC), such as 2026-01-02';

/**
 * A day that exists, in the years that PostgreSQL, JavaScript and Python all know, and that has begun: what will be on the shelves later
 * nobody knows, and the report of such a day would say it all the same.
 */
const day = z.iso.date().refine((text) => !text.startsWith('0000') && text <= new Date().toISOString().slice(0, 10), {
  error: `expected ${REPORTABLE_DAY}`,
});

export const request = z.object({ action: z.enum(['build', 'export']), date: day });

export const isReportableDay = (text: unknown): text is string => day.safeParse(text).success;

/** @throws with what was expected and what came */
export const readRequest = requestReader(
  request,
  '{"action": "build", "date": "2026-01-02"} or {"action": "export", "date": "2026-01-02"}',
);
