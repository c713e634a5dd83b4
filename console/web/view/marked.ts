/** A text in pieces, of which some are marked. */
import type { Range } from '#domain/json-places.ts';

export interface Piece {
  readonly text: string;
  readonly marked: boolean;
}

/** Marks that overlap become one; an empty one, as where a text ends too early, marks no character. */
export function piecesOf(text: string, marks: readonly Range[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { from, to } of [...marks].sort((one, other) => one.from - other.from)) {
    const [begin, end] = [Math.max(from, at), Math.min(to, text.length)];
    if (end <= begin) continue;
    if (begin > at) pieces.push({ text: text.slice(at, begin), marked: false });
    pieces.push({ text: text.slice(begin, end), marked: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), marked: false });
  return pieces;
}
