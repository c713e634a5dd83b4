/** The only way from the command to the terminal, beside the screen of `npm start`: lint refuses console in cli/. */
import { visible } from './visible.ts';

/** A result, to stdout. */
export const print = (text: string): void => console.log(visible(text));

/** What went wrong, to stderr. */
export const printError = (text: string): void => console.error(visible(text));
