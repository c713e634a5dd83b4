/** Splits a command line as a POSIX shell does, without its expansions: quotation marks and backslashes. */

const WORD = /(?:[^\s"'\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gsy;
const PART = /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^"'\\]+)/gs;

/** @throws if a quotation has no end */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text.charAt(at))) {
      at++;
      continue;
    }
    WORD.lastIndex = at;
    const word = WORD.exec(text)?.[0];
    if (word === undefined) throw new Error(`expected a closing quotation mark after: ${text.slice(at)}`);
    words.push(unquote(word));
    at += word.length;
  }
  return words;
}

function unquote(word: string): string {
  return word.replace(
    PART,
    (_, single?: string, double?: string, escaped?: string, plain?: string) =>
      // Between double quotation marks a backslash escapes only these.
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? plain ?? '',
  );
}
