/** The tables of docs/cost.md: `npm run docs:cost` writes them there, and a test compares. */
import { archivingCost, monthlyCost, sizes } from '#domain/cost.ts';

const count = (number: number): string => `${number / 1e6} million`;
const dollars = (number: number): string =>
  number < 10 ? number.toFixed(2) : Math.round(number).toLocaleString('en-US');

function table(title: string, columns: readonly Record<string, number>[], withTotal: boolean): string {
  const names = Object.keys(columns[0] ?? {});
  const rows = names.map((name) => [name, ...columns.map((column) => dollars(column[name] ?? 0))]);
  const sums = columns.map((column) => Object.values(column).reduce((sum, each) => sum + each, 0));
  const total = withTotal ? [['**Total**', ...sums.map((sum) => `**${dollars(sum)}**`)]] : [];
  const perMillion = withTotal
    ? [
        [
          'per million orders',
          ...sums.map((sum, index) => dollars(sum / (((sizes[index]?.ordersPerDay ?? 0) * 730) / 24e6))),
        ],
      ]
    : [];
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line([title, ...sizes.map(({ ordersPerDay }) => count(ordersPerDay))]),
    line(['---', ...sizes.map(() => '---:')]),
    ...[...rows, ...total, ...perMillion].map(line),
  ].join('\n');
}

/** The tables by the name in their marks. */
export const tables = (): Readonly<Record<string, string>> => ({
  platform: table('US dollars a month, orders a day', sizes.map(monthlyCost), true),
  archiving: table(
    'US dollars a month, orders a day',
    sizes.map(({ ordersPerDay }) => archivingCost(ordersPerDay)),
    false,
  ),
});

/** @throws if the page has no place for a table */
export function withTables(page: string): string {
  return Object.entries(tables()).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/cost.md has no ${begin} … ${end}`);
    return `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`;
  }, page);
}
