import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installFolderOf } from '#adapters/repository.ts';
import { checkTools, describeMissing } from '#localstack/install/tools.ts';
import { askServices, sentenceOf } from '#operations/services.ts';
import { exit } from '../command.ts';
import { print } from '../print.ts';
import { home, runningStack } from '../running-stack.ts';
import { allServicesOf } from '../services.ts';

export const summary = 'Check the tools of this machine and whether the services of the stack answer';

export const usage = `
Usage: npx tillstream doctor

Checks the tools that the machine must have, lists what is installed for the stack, and checks that each service of a
running stack answers. Exit code 1 if a tool is missing or a service does not answer.
`;

interface Finding {
  readonly ok: boolean;
  readonly text: string;
}

export async function run(args: string[]): Promise<number> {
  parseArgs({ args });
  const findings = [...(await tools()), ...installed(), ...(await services())];
  for (const { ok, text } of findings) print(`${ok ? '✓' : '✗'} ${text}`);
  return findings.every(({ ok }) => ok) ? exit.ok : exit.no;
}

async function tools(): Promise<Finding[]> {
  return (await checkTools()).map((tool) => ({
    ok: tool.ok,
    text: tool.ok ? `${tool.name} ${tool.found}` : describeMissing(tool),
  }));
}

/** Never an error: npm start installs what is missing. */
function installed(): Finding[] {
  const folder = installFolderOf(home);
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => existsSync(join(folder, name, '.complete')))
    : [];
  return [{ ok: true, text: `installed for the stack: ${names.join(', ') || 'nothing yet; npm start installs it'}` }];
}

async function services(): Promise<Finding[]> {
  const stack = await runningStack().catch(({ message }: Error) => message);
  if (typeof stack === 'string') return [{ ok: true, text: stack }];
  const answers = await askServices(allServicesOf(stack));
  return answers.map((answer) => ({ ok: answer.answers, text: sentenceOf(answer) }));
}
