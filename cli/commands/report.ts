import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { isReportableDay, REPORTABLE_DAY, type Report, reportOf, type Shortage } from '#operations/report.ts';
import { withBackbone } from '../backbone.ts';
import { exit, UserError } from '../command.ts';
import { formatCount } from '../numbers.ts';
import { print } from '../print.ts';
import { table } from '../table.ts';

export const summary = 'Build the report of a day: sales, top sellers, low stock, oversold';

export const environments = true;

export const usage = `
Usage: npx tillstream report --date YYYY-MM-DD [--out FOLDER] [--json]

Rebuilds the day's report, stores it in inventory.reports and in the lake, and writes its two files here: report.csv and
report.json. Days are in UTC, up to today; later events, prices, names and thresholds are left
out.

  --out FOLDER    where to write them (default: reports/daily_inventory/dt=YYYY-MM-DD)
  --json          print the report as one JSON object, with the names of the files
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { date: { type: 'string' }, out: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const { date } = values;
  if (!isReportableDay(date)) throw new UserError(`--date expects ${REPORTABLE_DAY}, got ${date ?? 'nothing'}`);
  const { report, files } = await withBackbone((backbone) => reportOf(backbone, date));
  const written: string[] = [];
  for (const { key, content } of files) {
    const path = join(values.out ?? dirname(key), basename(key));
    await write(path, content);
    written.push(path);
  }
  print(values.json ? JSON.stringify({ ...report, files: written }) : describe(report, written));
  return exit.ok;
}

async function write(path: string, content: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  } catch (cause) {
    throw new UserError(`${path} can't be written: ${(cause as Error).message}`, { cause });
  }
}

export function describe(report: Report, files: readonly string[]): string {
  const { report_date, total_sales, units_sold, top_sellers, low_stock, oversold } = report;
  const sellers = top_sellers.map(({ product_id, name, units, revenue }) => [product_id, name, units, revenue]);
  return [
    `${report_date}: ${formatCount(units_sold)} units sold for ${total_sales}`,
    ...(sellers.length > 0 ? ['', 'Top sellers', table(['product', 'name', 'units', 'revenue'], sellers)] : []),
    ...shortages('Oversold', oversold),
    ...shortages('Low stock', low_stock),
    '',
    ...files,
  ].join('\n');
}

/** One screenful; the files have all. */
const SHOWN = 10;

function shortages(title: string, all: readonly Shortage[]): string[] {
  if (all.length === 0) return [];
  const rows = all
    .slice(0, SHOWN)
    .map(({ product_id, name, stock, threshold }) => [product_id, name, stock, threshold]);
  const heading = all.length > SHOWN ? `${title}: ${SHOWN} of ${formatCount(all.length)}` : title;
  return ['', heading, table(['product', 'name', 'stock', 'threshold'], rows)];
}
