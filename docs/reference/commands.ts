/** The page of the commands: their help, as `--help` prints it. */
import { ENVIRONMENT_USAGE } from '#cli/environment.ts';
import { commandNames, findCommand } from '#cli/find-command.ts';
import { code, fenced, page } from './markdown.ts';

export async function commandsPage(): Promise<string> {
  const chapters = await Promise.all(
    commandNames().map(async (name) => {
      const { summary = '', usage = '', environments } = (await findCommand(name)) ?? {};
      const also = environments ? ['It works with an environment in AWS too (`--environment`, below).'] : [];
      return [`## ${name}`, `${summary}.`, fenced('text', usage), ...also];
    }),
  );
  return page(
    'Every command',
    `What ${code('npx tillstream COMMAND --help')} prints. [Commands](../commands.md) shows those that one needs first.`,
    ...chapters.flat(),
    '## With an environment in AWS',
    fenced('text', ENVIRONMENT_USAGE),
  );
}
