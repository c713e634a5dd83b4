/** How an answer is drawn: over time as lines, else as bars; what is of several currencies in a panel for each, never added up. Pure. */
import type { Cell } from '#operations/ask.ts';
import type { Series } from './series.ts';

/** What has one figure for each line at each time, or for each bar. */
export interface Panel {
  /** The currency; null where there is none. */
  readonly currency: string | null;
  readonly lines: readonly { readonly name: string; readonly title: string }[];
  readonly series: Series;
  readonly bars: readonly { readonly label: string; readonly value: number; readonly said: string }[];
  /** Lines or bars that there is no room for. */
  readonly left: number;
}

export interface Picture {
  readonly is: 'lines' | 'bars';
  readonly measure: string;
  /** Columns that could be drawn instead. */
  readonly measures: readonly string[];
  readonly panels: readonly Panel[];
}

const MOST_LINES = 6;
const MOST_BARS = 20;
const MOST_PANELS = 9;

const TIME = /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?$/;
const NUMBER = /^-?\d+(\.\d+)?$/;
/** Rather than a count, if there is one. */
const MONEY = ['revenue', 'amount', 'total_sales', 'average_order_value'];

/** As the questions write times: UTC, without saying so. */
export const isTime = (cell: Cell): cell is string => typeof cell === 'string' && TIME.test(cell);

export const secondsOf = (cell: string): number =>
  Date.parse(cell.length > 10 ? `${cell.replace(' ', 'T')}Z` : `${cell}T00:00:00Z`) / 1000;

/**
 * @param wanted the column to draw; the most telling one if it can't be
 * @returns null if it is nothing to be drawn: no figure, or several of the same time and name, which nobody may add up
 */
export function pictureOf(columns: readonly string[], rows: readonly Cell[][], wanted?: string): Picture | null {
  const cells = (at: number) => rows.map((row) => row[at] ?? null).filter((cell) => cell !== null);
  const every = (at: number, is: (cell: Cell) => boolean) => cells(at).length > 0 && cells(at).every(is);
  const named = columns.map((name, at) => ({ name, at }));
  const measures = named.filter(({ name, at }) => name !== 'rank' && every(at, isNumber));
  const measure =
    measures.find(({ name }) => name === wanted) ?? measures.find(({ name }) => MONEY.includes(name)) ?? measures[0];
  if (!measure) return null;

  const time = named.find(({ at }) => every(at, isTime) && new Set(cells(at)).size > 1 && at === 0);
  const currency = columns.indexOf('currency');
  const labels = named.filter(
    // What repeats the currency says nothing more in its panel.
    ({ name, at }) => at !== currency && !name.startsWith('currency_') && every(at, (cell) => isText(cell)),
  );
  const labelOf = (row: Cell[]) => labels.map(({ at }) => row[at] ?? '–').join(' · ');
  const byCurrency = Map.groupBy(rows, (row) => (currency === -1 ? null : String(row[currency] ?? '–')));
  const panels = [...byCurrency].slice(0, MOST_PANELS).map(([of, ours]) => {
    const points = ours.map((row) => ({
      label: labelOf(row) || (time ? measure.name : (of ?? measure.name)),
      cell: row[measure.at] ?? null,
      time: time ? String(row[time.at]) : '',
    }));
    const isTwice = new Set(points.map((each) => JSON.stringify([each.time, each.label]))).size < points.length;
    if (isTwice) return null;
    return { currency: of, ...(time ? linesOf(points) : barsOf(points)) };
  });
  if (panels.length === 0 || panels.includes(null)) return null;
  return {
    is: time ? 'lines' : 'bars',
    measure: measure.name,
    measures: measures.map(({ name }) => name),
    panels: panels.filter((panel) => panel !== null),
  };
}

interface Point {
  readonly label: string;
  readonly cell: Cell;
  readonly time: string;
}

/** Only to draw with: whoever needs the exact figure has the table. */
const drawn = (cell: Cell): number | null => (cell === null ? null : Number(cell));

function linesOf(points: readonly Point[]): Omit<Panel, 'currency'> {
  const times = [...new Set(points.map(({ time }) => time))].sort();
  const byLabel = [...Map.groupBy(points, ({ label }) => label)];
  const size = (ours: readonly Point[]) => ours.reduce((sum, { cell }) => sum + Math.abs(drawn(cell) ?? 0), 0);
  const shown = byLabel.sort(([, one], [, other]) => size(other) - size(one)).slice(0, MOST_LINES);
  const values = shown.map(([label, ours]) => {
    const byTime = new Map(ours.map(({ time, cell }) => [time, drawn(cell)]));
    return [label, times.map((time) => byTime.get(time) ?? null)] as const;
  });
  return {
    lines: shown.map(([label]) => ({ name: label, title: label })),
    series: { times: times.map(secondsOf), values: Object.fromEntries(values) },
    bars: [],
    left: byLabel.length - shown.length,
  };
}

const barsOf = (points: readonly Point[]): Omit<Panel, 'currency'> => ({
  lines: [],
  series: { times: [], values: {} },
  bars: points
    .slice(0, MOST_BARS)
    .map(({ label, cell }) => ({ label, value: drawn(cell) ?? 0, said: String(cell ?? '–') })),
  left: Math.max(0, points.length - MOST_BARS),
});

const isNumber = (cell: Cell): boolean => typeof cell === 'number' || (typeof cell === 'string' && NUMBER.test(cell));

const isText = (cell: Cell): boolean => typeof cell === 'string' && !TIME.test(cell) && !NUMBER.test(cell);

/** How wide a bar is, of 100. */
export const widthOf = (value: number, all: readonly { readonly value: number }[]): number => {
  const most = Math.max(...all.map((each) => Math.abs(each.value)));
  return most === 0 ? 0 : Math.max(value === 0 ? 0 : 1, (Math.abs(value) / most) * 100);
};

const exact = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });

export const sayDrawn = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : exact.format(value);
