/** The only way from a command to the terminal, beside the screen of `npm start`; a test finds any other. */
import { inOneLine, visible } from './visible.ts';

type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** A result, to stdout. */
export const print = (text: string): void => console.log(visible(text));

/** What went wrong, to stderr. */
export const printError = (text: string): void => console.error(visible(text));

/** A line that replaces itself while something takes long, and goes when it is empty; on a terminal only. */
export function printProgress(text: string, terminal: Output = process.stderr): void {
  if (terminal.isTTY) terminal.write(`\r\x1b[2K${inOneLine(text)}`);
}

/**
 * A record's bytes, as they are.
 *
 * @param text is printed instead on a terminal, which the bytes could command
 */
export function printBytes(bytes: Uint8Array, text: string, output: Output = process.stdout): void {
  output.write(output.isTTY ? `${visible(text)}\n` : bytes);
}
