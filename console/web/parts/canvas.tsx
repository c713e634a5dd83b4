/** uPlot, and nothing else knows of it: lines over time on a canvas. Who can't see it has the table beside it (parts/plot.tsx). */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { usePicked } from '../client/store.ts';
import { theme } from '../client/theme.ts';
import { linearRange, type Series, sayTick } from '../view/series.ts';

export interface CanvasProps {
  readonly series: Series;
  /** In the order of their colours. */
  readonly names: readonly string[];
  /** The marks of the axis, ascending from 0; between them it is logarithmic, so small and large fit. Without, it is linear. */
  readonly marks?: readonly number[] | undefined;
  /** Up to the last time; without, all times are shown. */
  readonly seconds?: number | undefined;
  /** How one figure leads to the next: a line by default; steps hold until the next. */
  readonly shape?: 'line' | 'steps' | 'bars' | undefined;
  readonly say: (value: number) => string;
  /** The index of the time that the pointer is at; null if it isn't there. */
  readonly onPoint: (index: number | null) => void;
}

/** Plots of the same key show the same moment. */
const TOGETHER = 'plots';

/** Of ten minutes a second is less than a pixel: each drawing costs, and the legend has the figure at once. */
const DRAWN_EVERY_MS = 2_000;

export function Canvas({ series, names, marks, seconds, shape = 'line', say, onPoint }: CanvasProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const drawnAt = useRef(Number.NEGATIVE_INFINITY);
  const colors = usePicked(theme, ({ is }) => is);
  const aligned = [series.times, ...names.map((name) => series.values[name] ?? [])] as uPlot.AlignedData;
  const latest = useRef(aligned);
  latest.current = aligned;

  useEffect(() => {
    const { current: element } = host;
    if (!element) return;
    const style = getComputedStyle(element);
    const axis = {
      stroke: style.color,
      grid: { stroke: style.borderTopColor, width: 1 },
      ticks: { show: false },
      font: '12px system-ui, sans-serif',
    };
    const drawn = new uPlot(
      {
        ...sizeOf(element),
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        legend: { show: false },
        padding: [8, 18, 0, 0],
        cursor: { y: false, points: { size: 6 }, drag: { setScale: false }, sync: { key: TOGETHER } },
        scales: {
          x: seconds === undefined ? {} : { range: (_plot, _first, last) => [last - seconds, last] },
          y: marks ? logarithmic(marks) : { range: (_plot, least, most) => linearRange(least, most) },
        },
        axes: [
          seconds === undefined
            ? {
                ...axis,
                space: 80,
                size: 26,
                values: (_, times, _axis, _space, step) => times.map((time) => sayTick(time, step)),
              }
            : { ...axis, space: 80, size: 26, incrs: [60, 120, 300, 600], values: (_, times) => times.map(sayMinute) },
          {
            ...axis,
            size: (_plot, said) => widthFor(said),
            ...(marks && onlyAt(marks)),
            values: (_plot, values) => values.map(say),
          },
        ],
        series: [
          {},
          ...names.map((_, at) => ({
            stroke: getComputedStyle(keyOf(element, at)).backgroundColor,
            width: 1.75,
            points: { show: false },
            ...SHAPES[shape](),
          })),
        ],
        hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)] },
      },
      latest.current,
      element,
    );
    plot.current = drawn;
    const watch = new ResizeObserver(() => drawn.setSize(sizeOf(element)));
    watch.observe(element);
    return () => {
      watch.disconnect();
      drawn.destroy();
      plot.current = null;
    };
  }, [colors, names.join(), seconds, shape]);

  useEffect(() => {
    const draw = () => {
      drawnAt.current = performance.now();
      plot.current?.setData(latest.current);
    };
    const wait = drawnAt.current + DRAWN_EVERY_MS - performance.now();
    if (wait <= 0) return draw();
    const timer = setTimeout(draw, wait);
    return () => clearTimeout(timer);
  }, [series]);
  return <div class="canvas" ref={host} aria-hidden="true" />;
}

const SHAPES = {
  line: () => ({}),
  steps: () => ({ paths: uPlot.paths.stepped?.({ align: 1 }) ?? null }),
  bars: () => ({ paths: uPlot.paths.bars?.({ size: [0.7, 40] }) ?? null }),
};

const logarithmic = (marks: readonly number[]): uPlot.Scale => ({
  distr: 4,
  asinh: 1,
  range: (_plot, _least, most) => [0, Math.max(most * 1.3, marks[1] ?? 1)],
});

const onlyAt = (marks: readonly number[]): uPlot.Axis => ({
  splits: (_plot, _axis, _least, most) => marks.filter((mark) => mark <= most),
  // Else only powers of ten keep their labels.
  filter: (_plot, splits) => splits,
});

const sizeOf = ({ clientWidth, clientHeight }: Element) => ({ width: clientWidth, height: clientHeight });

/** In pixels; the figures of an axis are of 12 px. */
const widthFor = (said: readonly string[] | null): number =>
  Math.max(48, ...(said ?? []).map((each) => each.length * 7 + 14));

const sayMinute = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 16);

/** The legend has each line's colour already, as the browser resolves it for this theme. */
function keyOf(element: Element, at: number): Element {
  const key = element.closest('section')?.querySelectorAll('.key')[at];
  if (!key) throw new Error(`Expected a key in the legend for line ${at}, found none.`);
  return key;
}
