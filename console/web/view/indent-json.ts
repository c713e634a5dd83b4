/** Lays out JSON over lines without reading its values: numbers keep all their digits, and texts their escapes. */
import type { Range } from '#domain/json-places.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

export interface Indented<Mark extends Range> {
  readonly text: string;
  /** Where the marked characters are now. */
  readonly marks: readonly Mark[];
}

/** Deeper levels stand below one another: each would cost all its lines two spaces more. */
const DEEPEST = 40;
/** A record that becomes far larger than it is would cost the browser its memory. */
const largest = (text: string): number => 2 * text.length + 100_000;

/** @param text valid JSON @param marks each of whole values @returns the text as it is if it would grow too large */
export function indentJson<Mark extends Range>(text: string, marks: readonly Mark[]): Indented<Mark> {
  let out = '';
  let depth = 0;
  const starts = new Map<number, number>();
  const ends = new Map<number, number>();
  let before = '';
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const closes = token === '}' || token === ']';
    if (closes) depth--;
    const isEmpty = closes && (before === '{' || before === '[');
    if (before === ':') out += ' ';
    else if (before !== '' && token !== ',' && token !== ':' && !isEmpty)
      out += `\n${'  '.repeat(Math.min(depth, DEEPEST))}`;
    starts.set(index, out.length);
    out += token;
    ends.set(index + token.length, out.length);
    if (token === '{' || token === '[') depth++;
    before = token;
    if (out.length > largest(text)) return { text, marks };
  }
  return {
    text: out,
    marks: marks.map((mark) => ({ ...mark, from: starts.get(mark.from) ?? 0, to: ends.get(mark.to) ?? out.length })),
  };
}
