import { UserError } from './command.ts';

/**
 * Each once, in their order.
 *
 * @param what they are ids of, for the message
 */
export function readIds(texts: readonly string[], what: string): number[] {
  for (const text of texts)
    if (!/^[1-9]\d{0,14}$/.test(text)) throw new UserError(`Expected the id of ${what}, got ${text}`);
  return [...new Set(texts.map(Number))];
}
