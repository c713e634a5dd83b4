/** `npx tillstream <command>`: finds the command, prints its help, and prints an error as one line. */
import { exit, UserError } from './command.ts';
import { commandNames, findCommand } from './find-command.ts';

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
    '`npx tillstream <command> --help` explains a command.',
  ].join('\n');
}

async function main([name, ...args]: string[]): Promise<number> {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(await overview());
    return name === undefined ? exit.failed : exit.ok;
  }
  const command = await findCommand(name);
  if (!command) {
    console.error(`There is no command ${JSON.stringify(name)}.\n\n${await overview()}`);
    return exit.failed;
  }
  if (args.includes('--help') || args.includes('-h')) {
    console.log(command.usage.trim());
    return exit.ok;
  }
  try {
    return await command.run(args);
  } catch (error) {
    if (isUsageError(error)) {
      console.error(`${(error as Error).message}\nSee: npx tillstream ${name} --help`);
      return exit.failed;
    }
    if (error instanceof UserError) console.error(error.message);
    else console.error(process.env.DEBUG ? error : oneLine(error as Error));
    return exit.failed;
  }
}

/** The error of a service that is down names only its address, so this adds what to do. */
function oneLine({ message }: Error): string {
  if (!/ECONNREFUSED|ECONNRESET|ETIMEDOUT/.test(message)) return message;
  return `${message}. npx tillstream doctor shows which services answer; npm start starts a new stack.`;
}

const isUsageError = (error: unknown) => String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS');

process.stdout.on('error', () => {
  // The reader of a pipe may close it, as `| head` does.
});
process.exitCode = await main(process.argv.slice(2));
