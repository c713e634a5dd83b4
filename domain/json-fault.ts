/** Finds where a text stops being JSON. The messages of `JSON.parse` differ between versions, and many name no place. */

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;

/** What comes next, beside white space. */
type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma or end';

/** @returns the index of the first character, number, word or escape that can't stand there, which may be the text's end; undefined if it is JSON */
export function faultIn(text: string): number | undefined {
  // No function here calls itself, so deep nesting overflows no stack.
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = skip(SPACE, text, 0);
  while (expected !== 'comma or end' || open.length > 0) {
    const char = text[at];
    const inObject = open.at(-1) === '{';
    if (expected === 'comma or end') {
      if (char === ',') expected = inObject ? 'name' : 'value';
      else if (char === (inObject ? '}' : ']')) open.pop();
      else return at;
      at++;
    } else if (expected === 'colon') {
      if (char !== ':') return at;
      expected = 'value';
      at++;
    } else if ((expected === 'name or }' && char === '}') || (expected === 'value or ]' && char === ']')) {
      open.pop();
      expected = 'comma or end';
      at++;
    } else if (char === '"') {
      at = endOfCharacters(text, at + 1);
      if (text[at] !== '"') return at;
      expected = expected.startsWith('name') ? 'colon' : 'comma or end';
      at++;
    } else if (expected.startsWith('name')) return at;
    else if (char === '{' || char === '[') {
      open.push(char);
      expected = char === '{' ? 'name or }' : 'value or ]';
      at++;
    } else {
      const end = skip(SCALAR, text, at);
      if (end === at) return at;
      at = end;
      expected = 'comma or end';
    }
    at = skip(SPACE, text, at);
  }
  return at < text.length ? at : undefined;
}

/** The index of the first character that is no part of a string's text: its closing quote, or what may not stand there. */
function endOfCharacters(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const char = text[at] as string;
    if (char === '"' || char < ' ') return at;
    const end = char === '\\' ? skip(ESCAPE, text, at) : at + 1;
    if (end === at) return at;
    at = end;
  }
  return at;
}

/** Where a match that begins there ends; there, if none does. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}
