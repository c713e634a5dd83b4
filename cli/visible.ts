/**
 * Text from outside, such as a record or an error, as it may be printed: characters that command a terminal, or that make it
 * show other text than there is, are written as escapes. Inside JSON's strings these escapes mean the same text.
 */

/** Controls but tab and line feed, marks that reorder text (https://trojansource.codes), separators of lines and paragraphs. */
const COMMANDS = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu;

/** Keeps line breaks and tabs. */
export const visible = (text: string): string => text.replace(COMMANDS, escaped);

/** Also escapes line breaks and tabs, for text that must stay in its line. */
export const inOneLine = (text: string): string => visible(text.replace(/[\n\t]/g, escaped));

function escaped(character: string): string {
  const short = JSON.stringify(character).slice(1, -1);
  return short === character ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : short;
}
