/** The status line that is updated in place: the progress and the latest proof. */
import type { Proof } from '#functions/prove/proof.ts';
import { formatCount } from '../numbers.ts';
import { type Progress, total } from '../progress.ts';

export function liveLine(progress: Progress, proof: Proof | undefined): string {
  const counts = {
    produced: total(progress, 'produced'),
    archived: progress.archived,
    loaded: progress.loaded,
    moved: progress.moved,
    paid: progress.paid,
    events: progress.events,
    rejected: total(progress, 'rejected'),
    lag: total(progress, 'lag'),
  };
  const verdict = proof === undefined ? '…' : proof.balanced ? 'balanced' : 'NOT BALANCED';
  return [...Object.entries(counts).map(([name, count]) => `${name} ${formatCount(count)}`), `proof ${verdict}`].join(
    ' · ',
  );
}
