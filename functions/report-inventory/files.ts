/** The two files of a report. They hold nothing but the report, so that the same report gives the same bytes. */
import { csv } from './csv.ts';
import type { Report } from './report.ts';

export interface ReportFile {
  /** In the lake. */
  readonly key: string;
  readonly body: Uint8Array;
  readonly contentType: string;
}

export function reportFiles(report: Report): ReportFile[] {
  const folder = `reports/daily_inventory/dt=${report.report_date}`;
  const file = (name: string, contentType: string, text: string) => ({
    key: `${folder}/${name}`,
    body: Buffer.from(text),
    contentType,
  });
  return [
    file('report.csv', 'text/csv; charset=utf-8', toCsv(report)),
    file('report.json', 'application/json', toJson(report)),
  ];
}

/** Every row has all columns; `section` says which list it belongs to, so that a filter gives each list. */
function toCsv({ report_date, total_sales, units_sold, top_sellers, low_stock, oversold }: Report): string {
  return csv(
    {
      report_date: 'text',
      section: 'text',
      rank: 'number',
      product_id: 'text',
      name: 'text',
      units: 'number',
      revenue: 'number',
      stock: 'number',
      threshold: 'number',
    },
    [
      { report_date, section: 'total', units: units_sold, revenue: total_sales },
      ...top_sellers.map((seller, index) => ({ report_date, section: 'top_seller', rank: index + 1, ...seller })),
      ...low_stock.map((shortage, index) => ({ report_date, section: 'low_stock', rank: index + 1, ...shortage })),
      ...oversold.map((shortage, index) => ({ report_date, section: 'oversold', rank: index + 1, ...shortage })),
    ],
  );
}

/** Keys are sorted: PostgreSQL keeps those of a jsonb in an order of its own. */
function toJson(report: Report): string {
  const sorted = (_key: string, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return `${JSON.stringify(report, sorted, 2)}\n`;
}
