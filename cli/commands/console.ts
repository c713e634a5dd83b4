import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { consoleLink } from '#console/server/link.ts';
import { exit, UserError } from '../command.ts';
import { print } from '../print.ts';
import { runningStack } from '../running-stack.ts';

export const summary = 'Open the page of the running stack in a browser';

export const usage = `
Usage: npx tillstream console [--print]

Prints the link of the running stack's page and opens it, where the machine has a browser. The link holds the key of this run: who has
it may do on the page what you may.

  --print    only print the link

Exit code 2 if no stack is running.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { print: { type: 'boolean', default: false } } });
  const { console: page } = await runningStack();
  if (!page)
    throw new UserError(
      'The running stack serves no page: it is of a version without one. Start it anew with npm start.',
    );
  print(consoleLink(page));
  if (!values.print) open(consoleLink(page));
  return exit.ok;
}

/** By whatever the desktop opens addresses with. Without one, as on a server, the printed link is enough. */
function open(link: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const opener = spawn(command, [link], { stdio: 'ignore', detached: true });
  opener.on('error', () => {});
  opener.unref();
}
