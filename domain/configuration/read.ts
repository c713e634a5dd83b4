/** What the configuration is, of what was given where. Pure. */
import * as z from 'zod';
import {
  type Configuration,
  type EnvironmentName,
  environmentNames,
  type KeyName,
  keyNamed,
  keyNames,
  standardOf,
  variableOf,
} from './keys.ts';
import { suggestion } from './suggestion.ts';

/** What was given, from the weakest to the strongest: the file, its part for the environment, variables, options. */
export interface Given {
  readonly file?: { readonly name: string; readonly content: unknown };
  readonly variables?: Readonly<Record<string, string | undefined>>;
  /** By the keys' own names. */
  readonly options?: Readonly<Record<string, string>>;
}

export interface Effective {
  readonly values: Configuration;
  /** Where each value comes from, such as "tillstream.config.json". */
  readonly from: Readonly<Record<KeyName, string>>;
}

/** The user can correct it: each line names a key, what was expected and what came. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

interface Entry {
  readonly name: string;
  readonly value: unknown;
  readonly from: string;
}

/** @throws ConfigurationError naming everything that is wrong, in parts for other environments too */
export function readConfiguration(environment: EnvironmentName, { file, variables, options }: Given): Effective {
  const ofFile = file ? readFile(file) : { entries: [], problems: [] };
  const entries = [...ofVariables(variables ?? {}), ...ofOptions(options ?? {})];
  const counts = [
    ...ofFile.entries.filter((entry) => entry.environment === undefined),
    ...ofFile.entries.filter((entry) => entry.environment === environment),
    ...entries,
  ];
  const problems = [...ofFile.problems, ...[...ofFile.entries, ...entries].flatMap(problemOf)];
  if (problems.length > 0) throw new ConfigurationError(problems.join('\n'));
  const found = new Map(counts.map((entry) => [entry.name, entry]));
  const of = <Value>(choose: (name: KeyName) => Value) =>
    Object.fromEntries(keyNames.map((name) => [name, choose(name)])) as Record<KeyName, Value>;
  return {
    values: of((name) => found.get(name)?.value ?? standardOf(name, environment)) as Configuration,
    from: of((name) => found.get(name)?.from ?? 'default'),
  };
}

interface EntryOfFile extends Entry {
  readonly environment?: EnvironmentName;
}

function readFile({ name, content }: NonNullable<Given['file']>): {
  entries: EntryOfFile[];
  problems: string[];
} {
  if (!isObject(content))
    return { entries: [], problems: [`${name}: expected an object of keys, got ${say(content)}.`] };
  const { $schema: _, environments = {}, ...shared } = content;
  const entriesOf = (values: object, from: string) =>
    Object.entries(values).map(([key, value]) => ({ name: key, value, from }));
  if (!isObject(environments))
    return { entries: [], problems: [`${name}, environments: expected an object, got ${say(environments)}.`] };
  const problems: string[] = [];
  const entries: EntryOfFile[] = entriesOf(shared, name);
  for (const [environment, values] of Object.entries(environments)) {
    const from = `${name}, environments.${environment}`;
    const known = environmentNames.find((each) => each === environment);
    if (!known) problems.push(`${from}: expected one of ${environmentNames.join(', ')}, got ${say(environment)}.`);
    else if (!isObject(values)) problems.push(`${from}: expected an object of keys, got ${say(values)}.`);
    else entries.push(...entriesOf(values, from).map((entry) => ({ ...entry, environment: known })));
  }
  return { entries, problems };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Variables that begin as those of a group do are meant for it; all others are for something else. */
const GROUPS = [...new Set(keyNames.map((name) => variableOf(name).split('_', 2).join('_')))];

function ofVariables(variables: Readonly<Record<string, string | undefined>>): Entry[] {
  const isSet = (variable: string) => variables[variable] !== undefined && variables[variable] !== '';
  const known = keyNames.flatMap((name) => {
    const { type, formerly } = keyNamed(name);
    const variable = [variableOf(name), formerly].find((each) => each !== undefined && isSet(each));
    return variable ? [{ name, value: type.fromText(variables[variable] ?? ''), from: variable }] : [];
  });
  const names = keyNames.map(variableOf);
  const unknown = Object.keys(variables).filter(
    (variable) =>
      isSet(variable) && !names.includes(variable) && GROUPS.some((group) => variable.startsWith(`${group}_`)),
  );
  return [...known, ...unknown.map((variable) => ({ name: variable, value: undefined, from: 'the environment' }))];
}

const ofOptions = (options: Readonly<Record<string, string>>): Entry[] =>
  Object.entries(options).map(([name, text]) => ({
    name,
    value: isKey(name) ? keyNamed(name).type.fromText(text) : text,
    from: `option ${name}`,
  }));

export const isKey = (name: string): name is KeyName => keyNames.includes(name as KeyName);

function problemOf({ name, value, from }: Entry): string[] {
  if (!isKey(name)) {
    const names = from === 'the environment' ? keyNames.map(variableOf) : keyNames;
    return [`${from}: there is no key ${say(name)}.${suggestion(name, names)} npx tillstream config prints all.`];
  }
  const { schema, expected } = keyNamed(name).type;
  return z.safeParse(schema, value).success ? [] : [`${from}: ${name} must be ${expected}, got ${say(value)}.`];
}

const say = (value: unknown): string => JSON.stringify(value) ?? String(value);
