/** The stock in words, and as a plot has it. Pure. */
import type { Levels } from '#operations/stock/product.ts';
import type { StockState } from '#operations/stock/products.ts';
import { count, UNKNOWN } from './numbers.ts';
import type { Series } from './series.ts';
import { asOption, command } from './shell.ts';

export interface Shown {
  readonly word: 'oversold' | 'low' | 'enough';
  readonly state: 'wrong' | 'look' | 'fine';
}

export const shownAs = ({ onHand, threshold }: { readonly onHand: number; readonly threshold: number }): Shown => {
  if (onHand < 0) return { word: 'oversold', state: 'wrong' };
  return onHand < threshold ? { word: 'low', state: 'look' } : { word: 'enough', state: 'fine' };
};

/** Below zero it is oversold, which a minus alone doesn't tell who looks at an axis. */
export const sayPieces = (value: number | null | undefined): string =>
  value === null || value === undefined ? UNKNOWN : `${count(value)}${value < 0 ? ' ✗' : ''}`;

/** As many movements have a point each (operations/stock/product.ts); more share them. */
export const MOST_EXACT = 500;

export interface Plotted {
  readonly series: Series;
  readonly lines: readonly { readonly name: string; readonly title: string }[];
}

/**
 * Begins with what was on hand before the first movement, and ends with what is now, so that what stands still is a line too.
 *
 * @param begin of the time that is shown, and its end, seconds since 1970; without a beginning it is the first movement
 */
export function plotOf(
  { before, points, movements }: Levels,
  { begin, end, onHand, threshold }: { begin: number | null; end: number; onHand: number; threshold: number },
): Plotted {
  const [first] = points;
  const start = begin ?? (first ? Date.parse(first.at) / 1000 - 1 : end - 1);
  const level = before ?? onHand;
  const all = [
    { time: start, quantity: level, least: level },
    ...points.map(({ at, quantity, least }) => ({ time: Date.parse(at) / 1000, quantity, least })),
    { time: end, quantity: onHand, least: onHand },
  ].filter(({ time }, index, rows) => index === 0 || time >= (rows[index - 1]?.time ?? 0));
  const isThinned = movements > MOST_EXACT;
  const isOversold = all.some(({ least }) => least < 0);
  return {
    series: {
      times: all.map(({ time }) => time),
      values: {
        onHand: all.map(({ quantity }) => quantity),
        threshold: all.map(() => threshold),
        ...(isThinned && { least: all.map(({ least }) => least) }),
        ...(isOversold && { below: all.map(({ least }) => Math.min(0, least)) }),
      },
    },
    lines: [
      { name: 'onHand', title: 'on hand' },
      { name: 'threshold', title: 'threshold' },
      ...(isThinned ? [{ name: 'least', title: 'least between two points' }] : []),
      ...(isOversold ? [{ name: 'below', title: 'oversold' }] : []),
    ],
  };
}

/** Of the plot, by its name in the address; of all there is, null. */
export const PERIODS: Readonly<Record<string, { readonly name: string; readonly seconds: number | null }>> = {
  hour: { name: 'the last hour', seconds: 3_600 },
  day: { name: 'the last day', seconds: 86_400 },
  week: { name: 'the last week', seconds: 604_800 },
  all: { name: 'all there is', seconds: null },
};

export interface Shelves {
  readonly state: StockState;
  readonly text: string;
  readonly after: string;
}

export const shelvesOf = (query: Readonly<Record<string, string>>): Shelves => ({
  state: query.state === 'low' || query.state === 'oversold' ? query.state : 'all',
  text: query.text ?? '',
  after: query.after ?? '',
});

/** What the address and the request have; what is usual is left out. */
export const queryOf = ({ state, text, after }: Shelves): Record<string, string> => ({
  ...(state !== 'all' && { state }),
  ...(text.trim() !== '' && { text: text.trim() }),
  ...(after !== '' && { after }),
});

export const asCommand = (shelves: Shelves): string =>
  ['npx tillstream stock', ...Object.entries(queryOf(shelves)).map(([name, value]) => asOption(name, value))].join(' ');

export const productCommand = (product: string, after: string): string =>
  command(`npx tillstream stock${after === '' ? '' : ` ${asOption('after', after)}`}`, [product]);

/** @param now milliseconds since 1970 @returns the day in UTC */
export const today = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** The last day in UTC that is over. */
export const yesterday = (now: number): string => today(now - 86_400_000);
