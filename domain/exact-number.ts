/**
 * JSON numbers may be written with more digits than a double holds; `JSON.parse` rounds them in silence. An amount or a
 * quantity must be judged by what was written, so this finds the text of a top-level number.
 */

/** A number that a double may not hold, as it was written. */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * @param json the text that was parsed: valid JSON, an object
 * @param field name of a top-level field whose value is a number
 * @param value that number, as `JSON.parse` gave it
 * @returns the number itself if it was written in the shortest way (nearly always), else its source text
 */
export function exactNumber(json: string, field: string, value: number): number | WrittenNumber {
  const name = `"${field}"`;
  const at = json.indexOf(name);
  // Where nothing is escaped, the only place that holds the name is the field itself.
  if (at >= 0 && json.indexOf(name, at + 1) < 0 && !json.includes('\\u')) {
    const start = json.startsWith(': ', at + name.length) ? at + name.length + 2 : at + name.length + 1;
    const shortest = String(value);
    if (json.startsWith(shortest, start) && /[,}\s]/.test(json.charAt(start + shortest.length))) return value;
  }
  const source = sourceOf(json, field);
  return source === undefined ? value : new WrittenNumber(source);
}

/** Writes a number without its exponent, digit by digit, so that nothing is rounded: "1.25e3" → "1250". */
export function withoutExponent(text: string): string {
  if (!/^-?\d+(\.\d+)?[eE][+-]?0*\d{1,3}$/.test(text)) return text;
  const [mantissa = '', exponent = '0'] = text.toLowerCase().split('e');
  const sign = mantissa.startsWith('-') ? '-' : '';
  const [whole = '', decimals = ''] = mantissa.replace('-', '').split('.');
  const digits = whole + decimals;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`.replace(/\.$/, '');
  if (point >= digits.length) return sign + digits + '0'.repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * The slow, certain way: walks over the fields of the outermost object; the last one with this name counts, as for
 * `JSON.parse`. The reviver of `JSON.parse` gets sources, too, but overflows the stack where arrays are nested deeply.
 */
function sourceOf(json: string, field: string): string | undefined {
  let source: string | undefined;
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const char = json.charAt(at);
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') depth--;
    else if (char === '"') {
      const end = endOfString(json, at);
      const number = depth === 1 ? afterColon(json, end) : undefined;
      if (number !== undefined && JSON.parse(json.slice(at, end)) === field) source = number;
      at = end - 1;
    }
  }
  return source;
}

/** What follows a string: its number if the string names one, empty text if it names another value. */
function afterColon(json: string, end: number): string | undefined {
  const pattern = /\s*:\s*([-+.\deE]*)/y;
  pattern.lastIndex = end;
  return pattern.exec(json)?.[1];
}

/** The index after the closing quote of the string that starts at `start`. */
function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (json.charAt(at) !== '"') at += json.charAt(at) === '\\' ? 2 : 1;
  return at + 1;
}
