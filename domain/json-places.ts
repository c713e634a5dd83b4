/** Where in a JSON text a value stands, and where a text stops being JSON: `JSON.parse` tells neither. */

/** Characters of a text, as a string counts them; `to` is behind the last. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Names of fields and numbers of elements, from the outermost value on. */
export type Path = readonly (string | number)[];

/**
 * @param json valid JSON
 * @returns where the value stands, of fields of one name the last, as for `JSON.parse`; undefined if there is none
 */
export function placeOf(json: string, path: Path): Range | undefined {
  let from = skipSpace(json, 0);
  for (const step of path) {
    const found = childOf(json, from, step);
    if (found === undefined) return undefined;
    from = found;
  }
  return { from, to: endOfValue(json, from) };
}

/** Where the child's value begins. */
function childOf(json: string, from: number, step: string | number): number | undefined {
  let found: number | undefined;
  for (const child of childrenOf(json, from)) if (child.name === step) found = child.value.from;
  return found;
}

/** The fields of an object or the elements of an array that begins there, in their order; none of another value. */
export function* childrenOf(json: string, from: number): Generator<{ name: string | number; value: Range }> {
  const isObject = json[from] === '{';
  if (!isObject && json[from] !== '[') return;
  let at = skipSpace(json, from + 1);
  for (let index = 0; json[at] !== '}' && json[at] !== ']'; index++) {
    let name: string | number = index;
    if (isObject) {
      const end = endOfString(json, at);
      name = JSON.parse(json.slice(at, end)) as string;
      at = skipSpace(json, skipSpace(json, end) + 1);
    }
    const value = { from: at, to: endOfValue(json, at) };
    yield { name, value };
    at = skipSpace(json, value.to);
    if (json[at] === ',') at = skipSpace(json, at + 1);
  }
}

/** Counts brackets instead of calling itself, which deeply nested arrays would have overflow the stack. */
function endOfValue(json: string, from: number): number {
  let depth = 0;
  let at = from;
  do {
    const char = json[at];
    if (char === '"') at = endOfString(json, at);
    else if (char === '{' || char === '[') {
      depth++;
      at++;
    } else if (char === '}' || char === ']') {
      depth--;
      at++;
    } else if (depth > 0) at++;
    else at = endOf(WORD, json, at);
  } while (depth > 0);
  return at;
}

/** Behind the closing quote of the string that begins there. */
export function endOfString(json: string, from: number): number {
  let at = from + 1;
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at + 1;
}

const SPACE = /[ \t\r\n]*/y;
const WORD = /[^\s,\]}]+/y;

export const skipSpace = (json: string, at: number): number => endOf(SPACE, json, at);

/** Where a match that begins there ends; there, if none does. */
function endOf(pattern: RegExp, json: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(json) ? pattern.lastIndex : at;
}
