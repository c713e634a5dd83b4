/** Commands to be copied into a shell: what a record or an address holds is one word of them, never a command of its own. */
import { quoted } from '#operations/quoted.ts';

/** What follows a = belongs to the option, whatever it begins with. */
export const asOption = (name: string, value: string): string =>
  value.startsWith('-') ? `--${name}=${quoted(value)}` : `--${name} ${quoted(value)}`;

/** @param rest words that come from elsewhere; one that begins with - would be an option, so all stand behind -- then */
export const command = (start: string, rest: readonly string[]): string =>
  [start, ...(rest.some((word) => word.startsWith('-')) ? ['--'] : []), ...rest.map(quoted)].join(' ');
