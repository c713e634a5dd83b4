import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfigurationFile } from '#adapters/configuration-file.ts';
import { type EnvironmentName, environmentNames, keyNamed, keyNames } from '#domain/configuration/keys.ts';
import { type Effective, isKey, readConfiguration } from '#domain/configuration/read.ts';
import { exit, UserError } from '../command.ts';
import { asUserError, configured } from '../configuration.ts';
import { print } from '../print.ts';
import { facts, table } from '../table.ts';

export const summary = 'Show the configuration: each value, where it comes from and what it changes';

export const usage = `
Usage: npx tillstream config [KEY] [--for NAME] [--json]
       npx tillstream config check FILE

The configuration as npm start, docker compose or cdk deploy would take it now, from tillstream.config.json and, for this machine, the
environment. Of one key also what it changes and when it takes effect. docs/configuration.md has all keys.

  --for NAME  that of an environment: ${environmentNames.join(', ')} (default: local, for this machine)
  --json      {KEY: {"value", "from"}}

check says what is wrong in a file, for whichever environment.

Exit code: 1 if there is no such key.
`;

export async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { for: { type: 'string', default: 'local' }, json: { type: 'boolean', default: false } },
  });
  const [name, file, ...more] = positionals;
  if (more.length > 0 || (file !== undefined && name !== 'check'))
    throw new UserError(`config takes one key, or check and one file; got ${positionals.join(' ')}`);
  if (name === 'check') return check(file);
  const environment = environmentNames.find((each) => each === values.for);
  if (!environment) throw new UserError(`--for: expected one of ${environmentNames.join(', ')}, got "${values.for}"`);
  const effective = configured(environment);
  if (name !== undefined && !isKey(name)) {
    print(`There is no key ${name}. npx tillstream config prints all.`);
    return exit.no;
  }
  const names = name === undefined ? keyNames : [name];
  if (values.json) print(JSON.stringify(Object.fromEntries(names.map((each) => [each, entryOf(effective, each)]))));
  else print(name === undefined ? describeAll(effective) : describeKey(effective, name, environment));
  return exit.ok;
}

function check(file: string | undefined): number {
  if (file === undefined) throw new UserError('config check: expected a file, got none.');
  asUserError(() => readConfiguration('local', { file: readConfigurationFile(resolve(file)) }));
  print(`${file} is right.`);
  return exit.ok;
}

type Name = (typeof keyNames)[number];

const entryOf = ({ values, from }: Effective, name: Name) => ({ value: values[name], from: from[name] });

const say = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

export function describeAll(effective: Effective): string {
  const rows = keyNames.map((name) => [name, say(effective.values[name]), effective.from[name]]);
  return `${table(['key', 'value', 'from'], rows)}\n\nnpx tillstream config KEY says what a key changes, and when.`;
}

export function describeKey(effective: Effective, name: Name, environment: EnvironmentName): string {
  const { type, changes, takesEffect, notIn } = keyNamed(name);
  return facts({
    [name]: say(effective.values[name]),
    from: effective.from[name],
    expected: type.expected,
    changes,
    'takes effect': takesEffect,
    ...(notIn && { 'not in': notIn }),
    environment,
  });
}
