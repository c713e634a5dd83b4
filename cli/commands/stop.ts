import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isRunning, type ProcessIdentity, signalProcess } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';
import { cleanHome, runningIn } from '#localstack/stack/home.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';
import { home } from '../running-stack.ts';

export const summary = 'Stop the running stack from another terminal';

export const usage = `
Usage: npx tillstream stop

Stops the stack of this home as Ctrl-C does, even while it starts, and waits until it has ended. If its npm start was killed, ends
the services that it left and removes their data. Logs stay until the next start.

Exit code 1 if no stack is running. TILLSTREAM_HOME chooses another home.
`;

export async function run(args: string[]): Promise<number> {
  parseArgs({ args });
  const holder = runningIn(home);
  if (holder) {
    await end(holder);
    print(`Stopped the stack in ${home}, process ${holder.pid}.`);
    return exit.ok;
  }
  const left = existsSync(join(home, 'run')) ? await cleanHome(home) : [];
  print(left.length > 0 ? `Ended what a killed run had left: ${left.join(', ')}.` : `No stack is running in ${home}.`);
  return left.length > 0 ? exit.ok : exit.no;
}

async function end(holder: ProcessIdentity): Promise<void> {
  try {
    signalProcess(holder, 'SIGTERM');
  } catch (cause) {
    throw new UserError(`Process ${holder.pid} can't be stopped: ${(cause as Error).message}. Whose is it?`, { cause });
  }
  // It ends everything within 10 s on an idle machine.
  await until(() => !isRunning(holder), { what: `process ${holder.pid} has ended`, within: 120_000 });
}
