import { faultOf } from '#domain/given-text.ts';
import { UserError } from './command.ts';

/**
 * @param option such as `--by`, for the message
 * @returns the text without the white space around it
 * @throws UserError naming the option and what it takes
 */
export function readText(option: string, text: string | undefined, longest: number): string {
  const given = (text ?? '').trim();
  const fault = faultOf(given, longest);
  if (fault) throw new UserError(`${option}: ${fault}`);
  return given;
}
