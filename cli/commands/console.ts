import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { consoleLink, consoleUrl, newKey } from '#console/server/link.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { readPort } from '#localstack/stack/ports.ts';
import { isAlive, type StackStatus } from '#localstack/stack/status.ts';
import { exit, UserError } from '../command.ts';
import { chosenEnvironment, loginName, mayAct } from '../environment.ts';
import { onInterrupt } from '../interrupt.ts';
import { openLink } from '../open-link.ts';
import { pageOf, servePage, servePageOf } from '../page.ts';
import { print, printError } from '../print.ts';
import { runningStack } from '../running-stack.ts';

export const summary = 'Open the page of the running stack in a browser';

export const environments = true;

export const usage = `
Usage: npx tillstream console [--print]
       npx tillstream console --read-only [--port N] [--print]
       npx tillstream console --environment NAME [--region REGION] [--read-only] [--port N] [--print]

Prints the link of the running stack's page and opens it in the machine's browser. The link holds the key of this run: who has it may do
on the page what you may.

The page of an environment in AWS is served by this command, until Ctrl-C, and asks the environment by your AWS login: you may do on it what
your login may.

  --print       only print the link
  --read-only   serve another page, with a key of its own, on which nothing can be changed, until Ctrl-C or the stack's end: to show it to
                others
  --port N      its port (default: a free one)

Exit code 2 if no stack is running. In docker compose there is no --read-only: no other port leads into the containers.
`;

export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      print: { type: 'boolean', default: false },
      'read-only': { type: 'boolean', default: false },
      port: { type: 'string' },
    },
  });
  const environment = chosenEnvironment();
  if (environment !== undefined)
    return serveEnvironment(environment, { port: values.port, print: values.print, readOnly: values['read-only'] });
  if (values.port !== undefined && !values['read-only'])
    throw new UserError('--port needs --read-only: the page of npm start has its port from there (--console-port).');
  const stack = await runningStack();
  const { console: page } = stack;
  if (!page)
    throw new UserError(
      'The running stack serves no page: an earlier version started it. Stop it, and start it anew with npm start.',
    );
  const show = (link: string): void => {
    print(link);
    if (!values.print) openLink(link, stack.runFolder);
  };
  if (values['read-only'] && page.published)
    throw new UserError(
      'In docker compose only the page of the container console can be reached from outside: --read-only would serve one for nobody.',
    );
  if (values['read-only']) await serveReadOnly(stack, values.port, show);
  else show(consoleLink(page));
  return exit.ok;
}

/** Under the AWS login of whoever started it; its key opens the page to this user alone. */
async function serveEnvironment(
  environment: string,
  given: { readonly port: string | undefined; readonly print: boolean; readonly readOnly: boolean },
): Promise<number> {
  const port = given.port === undefined ? await freePort() : readPort(given.port, '--port');
  const key = newKey();
  const [by, acts] = await Promise.all([loginName(), given.readOnly ? false : mayAct(environment)]);
  const page = await servePageOf(environment, {
    session: { by, may: ['look', 'read', ...(acts ? (['act'] as const) : [])] },
    ...{ key, port, report: (error, where) => printError(`${where}: ${(error as Error).message}`) },
  });
  const folder = mkdtempSync(join(tmpdir(), 'tillstream-'));
  const { signal, off } = onInterrupt();
  try {
    const link = consoleLink({ url: consoleUrl(port), key });
    print(link);
    printError(`Environment ${environment} as ${by}, who may ${acts ? 'look and act' : 'look'}. Ctrl-C ends it.`);
    if (!given.print) openLink(link, folder);
    while (!signal.aborted) await delay(60_000, undefined, { signal }).catch(() => {});
    return exit.ok;
  } finally {
    off();
    rmSync(folder, { recursive: true, force: true });
    await page.close();
  }
}

async function serveReadOnly(
  stack: StackStatus,
  given: string | undefined,
  show: (link: string) => void,
): Promise<void> {
  const port = given === undefined ? await freePort() : readPort(given, '--port');
  const key = newKey();
  const { session, ...all } = pageOf(stack);
  const page = await servePage({ ...all, session: { ...session, may: ['look', 'read'] }, key, port });
  const { signal, off } = onInterrupt();
  try {
    show(consoleLink({ url: consoleUrl(port), key }));
    while (!signal.aborted && isAlive(stack)) await delay(1_000, undefined, { signal }).catch(() => {});
  } finally {
    off();
    await page.close();
  }
}

async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}
