/** The stack running on this machine, as its run/status.json describes it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stackHome } from '#adapters/repository.ts';
import { runningIn } from '#localstack/stack/home.ts';
import { isAlive, type StackStatus } from '#localstack/stack/status.ts';
import { UserError } from './command.ts';

export const home = stackHome();

/** @throws UserError if no stack is running, such as while one starts, or only what a killed one left */
export async function runningStack(folder = home): Promise<StackStatus> {
  const file = join(folder, 'run', 'status.json');
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const starting = runningIn(folder);
    if (starting) throw new UserError(`No stack is running yet: process ${starting.pid} is starting one.`, { cause });
    const why = cause.code === 'ENOENT' ? 'is not there' : `can't be read (${cause.message})`;
    throw new UserError(`No stack is running: ${file} ${why}. Start one with npm start.`, { cause });
  });
  const status = parse(text, file);
  if (isAlive(status)) return status;
  throw new UserError(
    `No stack is running: process ${status.pid}, which ran it since ${status.startedAt}, was ended and could not stop its ` +
      'services. npm start ends those that are left and starts new ones.',
  );
}

function parse(text: string, file: string): StackStatus {
  try {
    return JSON.parse(text) as StackStatus;
  } catch (cause) {
    throw new UserError(`${file} is damaged: ${(cause as Error).message}. Restart the stack with npm start.`, {
      cause,
    });
  }
}
