/** Lays out JSON over lines without reading its values: numbers keep all their digits, and texts their escapes. */
import type { Range } from '#domain/json-places.ts';

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

export interface Indented<Mark extends Range> {
  readonly text: string;
  /** Where the marked characters are now. */
  readonly marks: readonly Mark[];
}

/** @param text valid JSON @param marks each of whole values */
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
    else if (before !== '' && token !== ',' && token !== ':' && !isEmpty) out += `\n${'  '.repeat(depth)}`;
    starts.set(index, out.length);
    out += token;
    ends.set(index + token.length, out.length);
    if (token === '{' || token === '[') depth++;
    before = token;
  }
  return {
    text: out,
    marks: marks.map((mark) => ({ ...mark, from: starts.get(mark.from) ?? 0, to: ends.get(mark.to) ?? out.length })),
  };
}
