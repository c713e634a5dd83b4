/** Writes a day's report to the lake, over an earlier one: the same report gives the same bytes. */
import type { Lake } from '#adapters/lake/index.ts';
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { reportFiles } from './files.ts';
import type { Report } from './report.ts';

export interface Exported {
  readonly report_date: string;
  readonly files: readonly { readonly key: string; readonly bytes: number; readonly sha256: string }[];
}

/**
 * @param deadline when the report must have been read, in milliseconds since 1970; a minute from now if absent
 * @throws if the day's report has not been built
 */
export async function exportReport(pool: Pool, lake: Lake, day: string, deadline?: number): Promise<Exported> {
  const { rows } = await inTransactionUntil(
    pool,
    deadline,
    (transaction) => transaction.query<Report>(READ, [day]),
    'read only',
  );
  const [report] = rows;
  if (!report)
    throw new Error(
      `There is no report of ${day} to export; make it with {"action": "build", "date": "${day}"} first.`,
    );
  const files = await Promise.all(
    reportFiles(report).map(async ({ key, body, contentType }) => ({
      key,
      ...(await lake.put(key, body, contentType)),
    })),
  );
  return { report_date: day, files };
}

const READ = `
  select
    to_char(report_date, 'YYYY-MM-DD') as report_date,
    total_sales::text,
    units_sold,
    top_sellers,
    low_stock,
    oversold
  from inventory.reports
  where report_date = $1::date`;
