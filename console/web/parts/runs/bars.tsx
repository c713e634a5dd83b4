/** The last runs of a DAG as bars, the newest on the right: the higher, the longer. What they say stands in the list beside them. */
import type { Run } from '#operations/runs/run.ts';
import { barsOf, sayState } from '../../view/runs.ts';
import { took } from '../../view/time.ts';

export interface RunBarsProps {
  readonly runs: readonly Run[];
  readonly chosen?: string | undefined;
  /** For the pointer; the keyboard has the list. */
  readonly onChoose?: (run: Run) => void;
}

const PITCH = 12;
const HEIGHT = 60;
/** A run that failed has a cross above its bar. */
const CROSS = 10;

export function RunBars({ runs, chosen, onChoose }: RunBarsProps) {
  const bars = barsOf(runs);
  return (
    <svg
      class={`run-bars ${onChoose ? 'is-large' : ''}`}
      viewBox={`0 0 ${Math.max(1, bars.length) * PITCH} ${HEIGHT + CROSS}`}
      aria-hidden="true"
    >
      {bars.map(({ run, height }, at) => {
        const { mark } = sayState(run.state);
        const top = CROSS + HEIGHT - (height / 100) * HEIGHT;
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list beside it is for keys
          <g
            key={run.id}
            class={`is-${mark ?? 'unknown'} ${run.id === chosen ? 'is-chosen' : ''}`}
            transform={`translate(${at * PITCH})`}
            onClick={() => onChoose?.(run)}
          >
            <title>{`${run.dueAt} ${sayState(run.state).word}, ${run.seconds === null ? '–' : took(run.seconds)}`}</title>
            <rect class="ground" width={PITCH} height={HEIGHT + CROSS} />
            <rect x="2" y={top} width={PITCH - 4} height={CROSS + HEIGHT - top} />
            {mark === 'wrong' && <path d={`M3 ${top - 8}l6 6m0-6l-6 6`} />}
          </g>
        );
      })}
    </svg>
  );
}
