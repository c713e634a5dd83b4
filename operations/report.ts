/** Builds the report of a day: sales, top sellers, low stock, oversold. */
import type { Exported } from '#functions/report-inventory/export.ts';
import type { Report } from '#functions/report-inventory/report.ts';
import type { Backbone } from './backbone.ts';

export type { Shortage } from '#functions/report-inventory/report.ts';
export { isDay } from '#functions/report-inventory/request.ts';
export type { Report };

/** @returns as it was last built; undefined if it never was @param date YYYY-MM-DD, a day in UTC */
export async function storedReport({ pool }: Pick<Backbone, 'pool'>, date: string): Promise<Report | undefined> {
  const { rows } = await pool.query<Report>(
    `select to_char(report_date, 'YYYY-MM-DD') as report_date, total_sales::text, units_sold, top_sellers, low_stock, oversold
     from inventory.reports
     where report_date = $1`,
    [date],
  );
  return rows[0];
}

export interface DayReport {
  readonly report: Report;
  /** As they lie in the lake: the report as CSV and as JSON. */
  readonly files: readonly { readonly key: string; readonly content: Uint8Array }[];
}

/**
 * Builds it anew, stores it in inventory.reports and in the lake, and reads it from there. The same day gives the same report, whenever.
 *
 * @param date YYYY-MM-DD, a day in UTC
 */
export async function reportOf({ invoke, lake }: Pick<Backbone, 'invoke' | 'lake'>, date: string): Promise<DayReport> {
  await invoke('report-inventory', { action: 'build', date });
  const exported = await invoke<Exported>('report-inventory', { action: 'export', date });
  const files = await Promise.all(exported.files.map(async ({ key }) => ({ key, content: await lake.read(key) })));
  const json = files.find(({ key }) => key.endsWith('.json'));
  if (!json)
    throw new Error(`Expected a JSON file of the report of ${date}, got ${files.map(({ key }) => key).join(', ')}`);
  return { report: JSON.parse(Buffer.from(json.content).toString()) as Report, files };
}
