/** The last proofs as strokes, the latest on the right: one that was off is higher. */
import type { ProofNote } from '#operations/proofs.ts';
import { PROOFS_SHOWN } from '../client/live.ts';
import { serverNow } from '../client/live-store.ts';
import { sayPast } from '../view/past-proofs.ts';

const PITCH = 4;

export function PastProofs({ proofs, open }: { proofs: readonly ProofNote[]; open: () => void }) {
  const said = sayPast(proofs, new Date(serverNow()));
  const first = PROOFS_SHOWN - proofs.length;
  return (
    <button type="button" class="plain past" onClick={open}>
      <svg viewBox={`0 0 ${PROOFS_SHOWN * PITCH} 24`} aria-hidden="true">
        {proofs.map(({ provedAt, balanced }, at) => (
          <rect
            key={provedAt}
            class={balanced ? 'is-fine' : 'is-wrong'}
            x={(first + at) * PITCH}
            y={balanced ? 8 : 0}
            width="3"
            height={balanced ? 16 : 24}
          />
        ))}
      </svg>
      <span class="muted">{said}</span>
    </button>
  );
}
