import { formatCount } from '#cli/numbers.ts';
import { type Standing, seconds } from './contest.ts';

/** A Markdown table: CPU seconds per million rows, and their ratio to the reference. */
export function table(title: string, standings: readonly Standing[], reference: string): string {
  const perMillion = (value: number, { rows }: Standing) => ((value / rows) * 1e6).toFixed(2);
  const base = standings.find(({ name }) => name === reference);
  const hasServer = standings.some(({ serverSeconds }) => serverSeconds > 0);
  const hasRate = standings.some(({ wallSeconds }) => wallSeconds !== undefined);
  const hasBytes = standings.some(({ bytes }) => bytes !== undefined);
  const lines = standings.map((standing) => [
    standing.name,
    perMillion(seconds(standing), standing),
    ...(hasServer ? [perMillion(standing.clientSeconds, standing), perMillion(standing.serverSeconds, standing)] : []),
    base ? `${(seconds(standing) / standing.rows / (seconds(base) / base.rows)).toFixed(2)} ×` : '',
    ...(hasRate ? [formatCount(Math.round(standing.rows / (standing.wallSeconds ?? Number.NaN)))] : []),
    ...(hasBytes ? [((standing.bytes ?? 0) / standing.rows).toFixed(1)] : []),
    standing.remark,
  ]);
  const head = [
    title,
    'CPU s per million',
    ...(hasServer ? ['client', 'server'] : []),
    `to ${reference}`,
    ...(hasRate ? ['rows/s'] : []),
    ...(hasBytes ? ['bytes per order'] : []),
    '',
  ];
  return markdown(head, lines);
}

export function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) => Math.max(cell.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [row(head), row(widths.map((width) => '-'.repeat(width))), ...lines.map(row)].join('\n');
}
