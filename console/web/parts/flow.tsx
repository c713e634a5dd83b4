/** The living picture: how records flow, and how each place is. Places that have a page are links, in the order of reading. */
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { PlaceState } from '#operations/pulse.ts';
import { live, serverNow } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { type FlowNode, flowOf, sayNode, stateWords } from '../view/flow.ts';
import { BOX_HEIGHT, type Box, type Line, pictureOf } from '../view/flow-picture.ts';
import { linkTo } from '../view/route.ts';
import type { Series } from '../view/series.ts';
import { sparkOf } from '../view/spark.ts';
import { Mark, SHAPES } from './mark.tsx';
import { Asking } from './states.tsx';

export interface FlowProps {
  readonly exists: (page: string) => boolean;
  /** With a `rate.<topic>` for each topic. */
  readonly series: Series | null;
}

export function Flow({ exists, series }: FlowProps) {
  const pulse = usePicked(live, (state) => state.pulse);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const picture = useMemo(
    () => pulse && width > 0 && pictureOf(flowOf(pulse, live.get().known, new Date(serverNow())), width),
    [pulse, width],
  );
  return (
    <section class="card flow-card" aria-label="Flow">
      <div ref={box}>
        {!picture && <Asking />}
        {picture && (
          // biome-ignore lint/a11y/noSvgWithoutTitle: each place in it says what it is, and a title would show wherever the pointer is
          <svg class="flow" width={picture.width} height={picture.height}>
            {picture.titles.map(({ text, x }) => (
              <text key={text} class="column" x={x} y="11">
                {text}
              </text>
            ))}
            <Lines lines={picture.lines} letters={pulse?.places.letters.state ?? 'unknown'} />
            {picture.boxes.map((each) => (
              <Place
                key={each.node.id}
                {...each}
                link={linkOf(each.node, exists)}
                lately={latelyOf(each.node, series)}
              />
            ))}
          </svg>
        )}
      </div>
      <Legend />
    </section>
  );
}

const linkOf = ({ page, rest }: FlowNode, exists: (page: string) => boolean): string | undefined =>
  page !== undefined && exists(page) ? linkTo(page, rest) : undefined;

/** How many seconds a topic's own line has. */
const LATELY = 90;

const latelyOf = ({ id, state }: FlowNode, series: Series | null): readonly (number | null)[] | undefined =>
  state === 'unknown' ? undefined : series?.values[`rate.${id}`]?.slice(-LATELY);

function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const measure = () => setWidth(box.current?.clientWidth ?? 0);
    measure();
    const watch = new ResizeObserver(measure);
    if (box.current) watch.observe(box.current);
    return () => watch.disconnect();
  }, []);
  return width;
}

/** Pixels: a topic's own line stands between the two figures. */
const SPARK_FROM = 72;
const SPARK_TO = 20;
const DIGIT = 6.7;

interface PlaceProps extends Box {
  readonly link: string | undefined;
  readonly lately: readonly (number | null)[] | undefined;
}

function Place({ node, x, y, width, link, lately }: PlaceProps) {
  const room = width - SPARK_FROM - SPARK_TO - node.right.length * DIGIT;
  const drawn = (
    <>
      <title>{node.why ?? sayNode(node)}</title>
      <rect width={width} height={BOX_HEIGHT} rx="9" />
      {lately && <path class="spark" transform={`translate(${SPARK_FROM} 27)`} d={sparkOf(lately, room, 11)} />}
      <text class="title" x="13" y="20">
        {node.title}
      </text>
      <text class="figure" x="13" y="37">
        {node.left}
      </text>
      <text class="figure" x={width - 12} y="37" text-anchor="end">
        {node.right}
      </text>
      <g class="mark" transform={`translate(${width - 17} 15)`}>
        <circle r="7.5" />
        <path d={SHAPES[node.state]} />
      </g>
    </>
  );
  const shape = `place is-${node.state}`;
  return link === undefined ? (
    <svg class={shape} x={x} y={y} width={width} height={BOX_HEIGHT} role="img" aria-label={sayNode(node)}>
      {drawn}
    </svg>
  ) : (
    <g transform={`translate(${x} ${y})`}>
      <a class={shape} href={link} aria-label={sayNode(node)}>
        {drawn}
      </a>
    </g>
  );
}

const STEP_MS = 250;
/** Every stroke has moved by a whole number of its pattern after so many steps. */
const STEPS = 12;

/**
 * Four steps a second by one property, and none where nobody sees them: an animation by CSS costs a style pass for each frame,
 * four times as much.
 */
function Lines({ lines, letters }: { lines: readonly Line[]; letters: PlaceState }) {
  const group = useRef<SVGSVGElement>(null);
  const moving = usePicked(live, ({ connection, pausedAt }) => connection.is === 'live' && pausedAt === null);
  useEffect(() => {
    if (!moving || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    let step = 0;
    const timer = setInterval(() => {
      if (document.hidden) return;
      step = (step + 1) % STEPS;
      group.current?.style.setProperty('--step', String(step));
    }, STEP_MS);
    return () => clearInterval(timer);
  }, [moving]);
  return (
    <svg class={`lines letters-are-${letters}`} aria-hidden="true" ref={group}>
      {lines.map(({ id, kind, path, rate, note }) => (
        <g key={id} class={`is-${kind}`}>
          {kind === 'records' && <path class="pipe" d={path} stroke-width={widthOf(rate) + 1.5} />}
          {rate !== null && rate !== 0 && (
            <path class={`run speed-${speedOf(rate)}`} d={path} stroke-width={Math.max(1.4, widthOf(rate) * 0.55)} />
          )}
          {note && (
            <text x={note.x} y={note.y} text-anchor="middle">
              {note.text}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

/** By the logarithm of the rate: 4 a second and 4,000 fit into one picture. */
const widthOf = (rate: number | null | undefined): number =>
  Math.max(1.4, Math.min(6.5, Math.log2((rate ?? 0) + 1) * 0.62));

const speedOf = (rate: number | undefined): number =>
  Math.min(4, Math.max(1, Math.round(Math.log10((rate ?? 0) + 1) * 1.6)));

function Legend() {
  return (
    <p class="legend muted">
      {(['fine', 'look', 'wrong', 'unknown'] as const).map((state) => (
        <span key={state}>
          <Mark state={state} /> {stateWords[state]}
        </span>
      ))}
      <span>Width of a line: records a second</span>
      <span>≤: 95 of 100 records were there within so many seconds</span>
      <span>Old: since the newest came</span>
    </p>
  );
}
