/** JSON as it is written, whatever JSON was parsed before. */
import { endOfString } from './json-places.ts';

/**
 * `JSON.parse`, for texts with escapes in the names of fields. V8 13.6 (Node 24) expects the name that it met last in this place, and
 * compares with it as many characters of what is written as the name has: behind `{"\\": 1}` it takes `{"\u0062": 1}` for the same. So a
 * record with a backslash in a name could have another one refused. Names that are written without escapes are never mistaken.
 *
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseJson(json: string): unknown {
  const parsed: unknown = JSON.parse(json);
  if (!json.includes('\\')) return parsed;
  const plain = withPlainNames(json);
  return plain === json ? parsed : JSON.parse(plain);
}

/** Valid JSON with each name written without the escapes that it doesn't need. */
function withPlainNames(json: string): string {
  let plain = '';
  let copied = 0;
  for (let from = json.indexOf('"'); from >= 0; ) {
    const to = endOfString(json, from);
    if (isName(json, to)) {
      const name = json.slice(from, to);
      if (name.includes('\\')) {
        plain += json.slice(copied, from) + JSON.stringify(JSON.parse(name));
        copied = to;
      }
    }
    from = json.indexOf('"', to);
  }
  return plain + json.slice(copied);
}

/** Whether a colon follows the string that ends there. */
function isName(json: string, end: number): boolean {
  COLON.lastIndex = end;
  return COLON.test(json);
}

const COLON = /[ \t\r\n]*:/y;
