/** The line that stays alive, and the proof beside it. */
import type { Proof } from '#functions/prove/proof.ts';
import { type Books, total } from '../books.ts';
import { formatCount } from '../numbers.ts';

export function liveLine(books: Books, proof: Proof | undefined): string {
  const counts = {
    produced: total(books, 'produced'),
    archived: books.archived,
    loaded: books.loaded,
    moved: books.moved,
    paid: books.paid,
    events: books.events,
    rejected: total(books, 'rejected'),
    lag: total(books, 'lag'),
  };
  const verdict = proof === undefined ? '…' : proof.balanced ? 'balanced' : 'NOT BALANCED';
  return [...Object.entries(counts).map(([name, count]) => `${name} ${formatCount(count)}`), `proof ${verdict}`].join(
    ' · ',
  );
}
