/** Bytes that a person gives as a file. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { UserError } from './command.ts';

/**
 * @param file a path, or - for stdin
 * @param option that it was given by, for the message
 * @throws UserError if it can't be read
 */
export const readFileOrStdin = (file: string, option = ''): Promise<Buffer> =>
  file === '-'
    ? buffer(process.stdin)
    : readFile(file).catch((cause: Error) => {
        throw new UserError(`${option ? `${option} ` : ''}${file} can't be read: ${cause.message}`, { cause });
      });
