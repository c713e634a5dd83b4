/** `npx tillstream <command>`: finds the command, prints its help, and prints an error as one line. */
import { inspect } from 'node:util';
import { joinNegativeNumbers } from './arguments.ts';
import { exit, UserError } from './command.ts';
import { chooseEnvironment, ENVIRONMENT_USAGE, takeEnvironment } from './environment.ts';
import { commandNames, findCommand } from './find-command.ts';
import { print, printError } from './print.ts';
import { shorten } from './shorten.ts';
import { version } from './version.ts';

async function overview(): Promise<string> {
  const commands = await Promise.all(
    commandNames().map(async (name) => ({ name, summary: (await findCommand(name))?.summary })),
  );
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`);
  return [
    'Usage: npx tillstream <command> [options]',
    '',
    ...lines,
    '',
    '`npx tillstream <command> --help` explains a command; `npx tillstream --version` says which version this is.',
  ].join('\n');
}

/** The commands that work with an environment. */
async function others(): Promise<string> {
  const found = await Promise.all(commandNames().map(async (name) => ({ name, command: await findCommand(name) })));
  return found.flatMap(({ name, command }) => (command?.environments ? [name] : [])).join(', ');
}

async function main([name, ...given]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    print(await overview());
    return name === undefined ? exit.failed : exit.ok;
  }
  if (name === '--version' || name === '-v') {
    print(version());
    return exit.ok;
  }
  const command = await findCommand(name);
  if (!command) {
    printError(`There is no command ${JSON.stringify(name)}.\n\n${await overview()}`);
    return exit.failed;
  }
  const args = joinNegativeNumbers(given);
  if (args.includes('--help') || args.includes('-h')) {
    print(`${command.usage.trim()}${command.environments ? `\n${ENVIRONMENT_USAGE}` : ''}`);
    return exit.ok;
  }
  try {
    const { environment, region, rest } = takeEnvironment(args);
    if (environment === undefined) return await command.run(args);
    if (!command.environments)
      throw new UserError(`${name} works with this machine alone. --environment goes with: ${await others()}.`);
    chooseEnvironment(environment, region);
    return await command.run(rest);
  } catch (error) {
    if (isUsageError(error)) {
      printError(`${(error as Error).message}\nSee: npx tillstream ${name} --help`);
      return exit.failed;
    }
    if (process.env.DEBUG) printError(inspect(error));
    else printError(shorten(error instanceof UserError ? error.message : oneLine(error as Error)));
    return exit.failed;
  }
}

/** The error of a service that is down names only its address, so this adds what to do. */
function oneLine({ message }: Error): string {
  if (!/ECONNREFUSED|ECONNRESET|ETIMEDOUT/.test(message)) return message;
  return `${message}. npx tillstream doctor shows which services answer; npm start starts a new stack.`;
}

const isUsageError = (error: unknown) => String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');

for (const stream of [process.stdout, process.stderr])
  stream.on('error', () => {
    // The reader of a pipe may close it, as `| head` does; a terminal may be closed; a disk may be full.
  });
process.exitCode = await main(process.argv.slice(2));
