/**
 * The fast path of reading an event. Nearly every record is a flat JSON object without escapes whose fields are all
 * known; scanning that for its values takes a fifth of the time of JSON.parse and Zod. Anything unusual or wrong is left
 * to the reference parser (records.ts), so the scanner never has to say why.
 */
import type { Column } from './columns.ts';
import { Unusable } from './dead-letters.ts';

/** Reads an event from JSON text exactly as the reference parser would, or returns undefined where it isn't sure. */
export type Scanner = (json: string) => Record<string, unknown> | undefined;

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const NUMBER = /-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?(?=[,}])/y;

export function eventScanner(columns: readonly Column[]): Scanner {
  const names = columns.map(({ name }) => `"${name}"`);
  const required = columns.filter(({ optional }) => !optional).length;

  return (json) => {
    if (json.charCodeAt(0) !== OPEN) return undefined;
    const event: Record<string, unknown> = {};
    let requiredSeen = 0;
    let at = 1;
    for (let guess = 0; ; guess++) {
      // Producers write fields in the order of the schema, so the next name is nearly always the next column's.
      const index = startsAt(names[guess], json, at) ? guess : names.findIndex((name) => startsAt(name, json, at));
      const column = columns[index];
      if (column === undefined || Object.hasOwn(event, column.name)) return undefined;
      if (!column.optional) requiredSeen++;
      guess = index;
      at += column.name.length + 2;
      if (json.charCodeAt(at++) !== COLON) return undefined;
      if (json.charCodeAt(at) === SPACE) at++;

      let value: unknown;
      if (json.charCodeAt(at) === QUOTE) {
        const end = endOfText(json, at + 1);
        if (end < 0) return undefined;
        value = json.slice(at + 1, end);
        at = end + 1;
      } else if (column.nullable && json.startsWith('null', at)) {
        value = null;
        at += 4;
      } else {
        NUMBER.lastIndex = at;
        if (!NUMBER.test(json)) return undefined;
        const written = json.slice(at, NUMBER.lastIndex);
        // Numbers are judged by what was written, which a double may round (exact-number.ts).
        if (column.kind === 'integer' && written.includes('.')) return undefined;
        value = column.kind === 'money' ? written : Number(written);
        at = NUMBER.lastIndex;
      }
      if (value !== null) {
        try {
          value = column.parse(value);
        } catch (error) {
          if (error instanceof Unusable) return undefined;
          throw error;
        }
      }
      event[column.name] = value;

      const next = json.charCodeAt(at++);
      if (next === CLOSE) return at === json.length && requiredSeen === required ? event : undefined;
      if (next !== COMMA) return undefined;
      if (json.charCodeAt(at) === SPACE) at++;
    }
  };
}

const startsAt = (name: string | undefined, json: string, at: number): boolean =>
  name !== undefined && json.startsWith(name, at);

/** Where the text's closing quote is; -1 if an escape, or a character that JSON doesn't allow, comes before it. */
function endOfText(json: string, start: number): number {
  for (let at = start; ; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) return at;
    // Written so that NaN, past the end of an unfinished text, ends it too.
    if (!(code >= SPACE) || code === BACKSLASH) return -1;
  }
}
