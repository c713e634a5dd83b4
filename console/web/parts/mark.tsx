/** The mark of a state. It has a shape of its own for each, so that nobody has to tell colours apart. */
import type { PlaceState } from '#operations/pulse.ts';

export const SHAPES: Readonly<Record<PlaceState, string>> = {
  fine: 'M-4 .2l2.8 2.8L4-3',
  look: 'M0-4.4v5M0 3.6v.4',
  wrong: 'M-3.2-3.2l6.4 6.4M3.2-3.2l-6.4 6.4',
  unknown: 'M-2-1.8a2 2 0 1 1 3 1.7q-1 .6-1 1.7M0 4v.2',
};

/** Beside a word that says the same. */
export function Mark({ state }: { state: PlaceState }) {
  return (
    <svg class={`mark is-${state}`} viewBox="-9 -9 18 18" aria-hidden="true">
      <circle r="8" />
      <path d={SHAPES[state]} />
    </svg>
  );
}
