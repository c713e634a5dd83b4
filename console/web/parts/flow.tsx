/** The living picture: how records flow, and how each place is. Places that have a page are links, in the order of reading. */
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { live, serverNow } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import { type FlowNode, flowOf, stateWords } from '../view/flow.ts';
import { pictureOf } from '../view/flow-picture.ts';
import { linkTo } from '../view/route.ts';
import type { Series } from '../view/series.ts';
import { Lines } from './flow-lines.tsx';
import { Place } from './flow-place.tsx';
import { Mark } from './mark.tsx';
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
