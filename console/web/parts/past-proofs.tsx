/** The last proofs as strokes, the latest on the right: while something was off they are higher, whether or not a proof saw it. */
import { PROOFS_SHOWN } from '../client/live.ts';
import { serverNow } from '../client/live-store.ts';
import { momentsOf, type PastProofs, sayPast } from '../view/past-proofs.ts';
import { linkTo } from '../view/route.ts';

const PITCH = 4;

export function Strokes({ past }: { past: PastProofs }) {
  const said = sayPast(past, new Date(serverNow()));
  const moments = momentsOf(past);
  const first = PROOFS_SHOWN - moments.length;
  return (
    <a class="past" href={linkTo('proof')}>
      <svg viewBox={`0 0 ${PROOFS_SHOWN * PITCH} 24`} aria-hidden="true">
        {moments.map(({ proof, standing }, at) => (
          <rect
            key={proof.id}
            class={standing.length === 0 ? 'is-fine' : 'is-wrong'}
            x={(first + at) * PITCH}
            y={standing.length === 0 ? 8 : 0}
            width="3"
            height={standing.length === 0 ? 16 : 24}
          />
        ))}
      </svg>
      <span class="muted">{said}</span>
    </a>
  );
}
