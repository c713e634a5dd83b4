import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isRunning, type ProcessIdentity, signalProcess } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';
import { cleanHome, runningIn } from '#localstack/stack/home.ts';
import { keptIn } from '#localstack/stack/kept.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';
import { home } from '../running-stack.ts';

export const summary = 'Stop the running stack from another terminal';

export const usage = `
Usage: npx tillstream stop [--forget]

Stops the stack of this home as Ctrl-C does, even while it starts, and waits until it has ended. If its npm start was killed, ends
the services that it left and removes their data. Logs stay until the next start, and what npm start -- --keep has kept for good.

  --forget  then throw away what was kept in this home, which nothing brings back

Exit code 1 if no stack is running and nothing is thrown away. TILLSTREAM_HOME chooses another home.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { forget: { type: 'boolean', default: false } } });
  const holder = runningIn(home);
  if (holder) await end(holder);
  const kept = keptIn(home);
  const left = existsSync(join(home, 'run')) || kept ? await cleanHome(home, values) : [];
  print(said(holder, left));
  if (kept) print(values.forget ? `Threw away what was kept in ${kept}.` : `Kept: ${kept} (--forget throws it away).`);
  return holder || left.length > 0 || (kept && values.forget) ? exit.ok : exit.no;
}

function said(holder: ProcessIdentity | undefined, left: readonly string[]): string {
  if (holder) return `Stopped the stack in ${home}, process ${holder.pid}.`;
  return left.length > 0 ? `Ended what a killed run had left: ${left.join(', ')}.` : `No stack is running in ${home}.`;
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
