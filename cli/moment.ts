/** Times as people write them on the command line. */
import { readTime } from '#domain/time.ts';
import { UserError } from './command.ts';

/**
 * @param option such as `--since`, for the message
 * @returns undefined if the option was not given
 * @throws UserError naming the option and what came
 */
export function readMoment(option: string, text: string): Date;
export function readMoment(option: string, text: string | undefined): Date | undefined;
export function readMoment(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  try {
    return readTime(text);
  } catch (cause) {
    throw new UserError(`${option}: ${(cause as Error).message}`, { cause });
  }
}
