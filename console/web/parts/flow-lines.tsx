/** The lines of the flow, which move while records do. */
import { useEffect, useRef } from 'preact/hooks';
import type { PlaceState } from '#operations/pulse.ts';
import { live } from '../client/live-store.ts';
import { usePicked } from '../client/store.ts';
import type { Line } from '../view/flow-picture.ts';

const STEP_MS = 250;
/** Every stroke has moved by a whole number of its pattern after so many steps. */
const STEPS = 12;

/**
 * Four steps a second by one property, and none where nobody sees them: an animation by CSS costs a style pass for each frame,
 * four times as much.
 *
 * @param letters of the place of dead letters, to which a line leads from each function
 */
export function Lines({ lines, letters }: { lines: readonly Line[]; letters: PlaceState }) {
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
