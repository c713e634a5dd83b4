/**
 * What the DAG and the CLI send:
 * - `{"action": "build", "date": "2026-01-02"}` → `Summary` (build.ts): computes the day's row of inventory.reports
 * - `{"action": "export", "date": "2026-01-02"}` → `{"report_date", "files": [{"key", "bytes", "sha256"}]}`: writes that
 *   row to the lake
 */
import * as z from 'zod';
import { requestReader } from '#lambda/request.ts';

/** A day that exists, in the years that PostgreSQL, JavaScript and Python all know. */
const day = z.iso.date().refine((text) => !text.startsWith('0000'));

const request = z.object({ action: z.enum(['build', 'export']), date: day });

export const isDay = (text: unknown): text is string => day.safeParse(text).success;

/** @throws with what was expected and what came */
export const readRequest = requestReader(
  request,
  '{"action": "build", "date": "2026-01-02"} or {"action": "export", "date": "2026-01-02"}',
);
