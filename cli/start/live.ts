/** The line that stays alive, and the proof beside it. */
import type { Proof } from '#functions/prove/proof.ts';
import type { Books } from '../books.ts';

export function liveLine(books: Books, proof: Proof | undefined): string {
  const number = (value: number) => value.toLocaleString('en');
  return [
    `produced ${number(books.produced)}`,
    `archived ${number(books.archived)}`,
    `loaded ${number(books.loaded)}`,
    `rejected ${number(books.rejected)}`,
    `lag ${number(books.lag)}`,
    `proof ${proof === undefined ? '…' : proof.balanced ? 'balanced' : 'NOT BALANCED'}`,
  ].join(' · ');
}
