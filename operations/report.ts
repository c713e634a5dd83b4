/** Builds the report of a day: sales, top sellers, low stock, oversold. */
import type { Exported } from '#functions/report-inventory/export.ts';
import type { Report } from '#functions/report-inventory/report.ts';
import { askable } from './asking/askable.ts';
import type { Backbone } from './backbone.ts';

export type { Shortage } from '#functions/report-inventory/report.ts';
export { isReportableDay, REPORTABLE_DAY } from '#functions/report-inventory/request.ts';
export type { Report };

/** @returns as it was last built; undefined if it never was @param date YYYY-MM-DD, a day in UTC */
export const storedReport = askable(
  'storedReport',
  async ({ pool }: Pick<Backbone, 'pool'>, date: string): Promise<Report | undefined> => {
    const { rows } = await pool.query<Report>(
      `select to_char(report_date, 'YYYY-MM-DD') as report_date, total_sales::text, units_sold, top_sellers, low_stock, oversold
     from inventory.reports
     where report_date = $1`,
      [date],
    );
    return rows[0];
  },
);

export interface DayReport {
  readonly report: Report;
  /** As they lie in the lake: the report as CSV and as JSON. */
  readonly files: readonly { readonly key: string; readonly content: Uint8Array }[];
}

/** In the order of their keys, which lie in the lake's folder of reports. */
export const readReportFiles = askable(
  'readReportFiles',
  ({ lake }: Pick<Backbone, 'lake'>, keys: readonly string[]): Promise<Uint8Array[]> =>
    Promise.all(keys.map((key) => lake.read(key))),
);

/**
 * Builds it anew, stores it in inventory.reports and in the lake, and reads it from there. The same day gives the same report, whenever.
 *
 * @param date YYYY-MM-DD, a day in UTC
 */
export async function reportOf(backbone: Pick<Backbone, 'invoke' | 'lake' | 'ask'>, date: string): Promise<DayReport> {
  const { invoke } = backbone;
  await invoke('report-inventory', { action: 'build', date });
  const exported = await invoke<Exported>('report-inventory', { action: 'export', date });
  const keys = exported.files.map(({ key }) => key);
  const contents = await readReportFiles(backbone, keys);
  const files = keys.flatMap((key, index) => ({ key, content: contents[index] ?? Buffer.of() }));
  const json = files.find(({ key }) => key.endsWith('.json'));
  if (!json)
    throw new Error(`Expected a JSON file of the report of ${date}, got ${files.map(({ key }) => key).join(', ')}`);
  return { report: JSON.parse(Buffer.from(json.content).toString()) as Report, files };
}
