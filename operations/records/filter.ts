/**
 * The filter of messages, as people write it:
 *
 *     country=DE amount>100 "free text"
 *
 * Terms, with spaces between them, all of which a record must meet. A term is a text that the value or the key contains, or a field, a
 * comparison and a value, without spaces around the comparison:
 *
 * - Fields are those of the value's JSON, such as `amount` or `lines[0].sku`; and of the record itself `@key`, `@time`, `@partition`,
 *   `@offset`, and `@header.NAME`.
 * - Comparisons are `=`, `!=`, `<`, `<=`, `>`, `>=`, and `~` and `!~`: the field contains the text, or doesn't.
 * - Quotation marks keep spaces, and comparisons inside of them, in a text; `\"` is one of them, `\\` a backslash.
 *
 * Upper and lower case differ. Pure.
 */

export const comparisons = ['!=', '!~', '<=', '>=', '=', '<', '>', '~'] as const;
export type Comparison = (typeof comparisons)[number];

export type Term =
  | { readonly text: string }
  | {
      readonly field: Field;
      readonly comparison: Comparison;
      readonly value: string;
      /** It was written in quotation marks: then `null` is four letters, and nothing else. */
      readonly quoted: boolean;
    };

export type Field =
  | { readonly of: 'value'; readonly path: readonly (string | number)[] }
  | { readonly of: 'key' | 'time' | 'partition' | 'offset' }
  | { readonly of: 'header'; readonly name: string };

/** What a person can correct: where it stands, and what was expected. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
}

/** @throws FilterError */
export function parseFilter(filter: string): Term[] {
  const terms: Term[] = [];
  for (let at = skipSpaces(filter, 0); at < filter.length; at = skipSpaces(filter, at)) {
    const head = read(filter, at, true);
    const comparison = head.quoted ? undefined : comparisons.find((each) => filter.startsWith(each, head.end));
    if (!comparison) {
      if (!head.quoted && head.end < filter.length && !/\s/.test(filter.charAt(head.end)))
        throw fault(filter, head.end, 'expected a space between two terms');
      terms.push({ text: head.text });
      at = head.end;
      continue;
    }
    const from = head.end + comparison.length;
    if (head.text === '') throw fault(filter, at, `expected a field before ${comparison}`);
    if (from >= filter.length || /\s/.test(filter.charAt(from)))
      throw fault(filter, from, `expected a value after ${head.text}${comparison}`);
    const { text: value, quoted, end } = read(filter, from, false);
    terms.push({ field: fieldOf(filter, at, head.text), comparison, value, quoted });
    at = end;
  }
  return terms;
}

const SPACES = /\s*/y;

function skipSpaces(filter: string, at: number): number {
  SPACES.lastIndex = at;
  SPACES.test(filter);
  return SPACES.lastIndex;
}

/** A text in quotation marks, or up to the next space; of a head, up to a comparison. */
function read(filter: string, from: number, isHead: boolean) {
  if (filter[from] === '"') return readQuoted(filter, from);
  const pattern = isHead ? /[^\s"=<>~!]*(?:!(?![=~])[^\s"=<>~!]*)*/y : /\S*/y;
  pattern.lastIndex = from;
  const [text = ''] = pattern.exec(filter) ?? [];
  return { text, quoted: false, end: from + text.length };
}

function readQuoted(filter: string, from: number) {
  let text = '';
  for (let at = from + 1; at < filter.length; at++) {
    const char = filter.charAt(at);
    if (char === '"') return { text, quoted: true, end: at + 1 };
    if (char === '\\' && /["\\]/.test(filter.charAt(at + 1))) text += filter.charAt(++at);
    else text += char;
  }
  throw fault(filter, from, 'expected a second quotation mark');
}

const STEP = /^(?:\.?([^.[\]]+)|\[(\d{1,9})\])/;

function fieldOf(filter: string, at: number, text: string): Field {
  if (text === '@key' || text === '@time' || text === '@partition' || text === '@offset')
    return { of: text.slice(1) as 'key' };
  const [, header] = /^@header\.(.+)$/s.exec(text) ?? [];
  if (header) return { of: 'header', name: header };
  if (text.startsWith('@'))
    throw fault(filter, at, `expected @key, @time, @partition, @offset or @header.NAME, got ${text}`);
  const path: (string | number)[] = [];
  for (let rest = text; rest !== ''; ) {
    const [step = '', name, index] = STEP.exec(rest) ?? [];
    if (step === '') throw fault(filter, at, `expected a path such as amount or lines[0].sku, got ${text}`);
    path.push(name ?? Number(index));
    rest = rest.slice(step.length);
  }
  return { of: 'value', path };
}

const fault = (filter: string, at: number, what: string): FilterError =>
  new FilterError(`Filter, character ${at + 1}: ${what}${at < filter.length ? '' : ', got the end'}.`);
