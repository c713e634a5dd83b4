/** tillstream.config.json, for whatever runs from a checkout: commands, the local stack, the CDK app. Functions get variables. */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type EnvironmentName, keyNamed, keyNames, variableOf } from '#domain/configuration/keys.ts';
import { ConfigurationError, type Effective, type Given, readConfiguration } from '#domain/configuration/read.ts';
import { inRepository, repositoryRoot } from './repository.ts';

const FILE_VARIABLE = 'TILLSTREAM_CONFIG';
const STANDARD_FILE = inRepository('tillstream.config.json');

export interface ConfigurationSources {
  readonly options?: Given['options'];
  /** The path of the file, if it isn't the standard one. */
  readonly file?: string | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The configuration as it would be deployed now. Variables count on one machine alone, TILLSTREAM_CONFIG too: what a shell happens to
 * have set must not change an environment in AWS, so there options do (`-c KEY=VALUE`, `-c config=FILE`).
 *
 * @throws ConfigurationError naming everything that is wrong
 */
export function configurationOf(
  environment: EnvironmentName,
  { options = {}, file, env = process.env }: ConfigurationSources = {},
): Effective {
  const variables = environment === 'local' ? env : undefined;
  const named = variables?.[FILE_VARIABLE];
  const content = named
    ? readConfigurationFile(resolve(named))
    : file
      ? readConfigurationFile(file)
      : readStandardFile();
  return readConfiguration(environment, {
    ...(content && { file: content }),
    ...(variables && { variables }),
    options,
  });
}

/** @throws ConfigurationError if it can't be read, or is no JSON */
export function readConfigurationFile(path: string): NonNullable<Given['file']> {
  const name = relative(repositoryRoot, path).startsWith('..') ? path : relative(repositoryRoot, path);
  try {
    return { name, content: JSON.parse(readFileSync(path, 'utf8')) };
  } catch (cause) {
    throw new ConfigurationError(`${name}: expected a file with a JSON object. ${(cause as Error).message}`, { cause });
  }
}

function readStandardFile(): Given['file'] {
  try {
    return readConfigurationFile(STANDARD_FILE);
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    if (cause?.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Variables that the configuration is read from. */
export const configurationNames: readonly string[] = [
  FILE_VARIABLE,
  ...keyNames.flatMap((name) => [variableOf(name), keyNamed(name).formerly ?? []].flat()),
];

/** What a process that reads the configuration as this one does must find in its environment, in whatever folder it runs. */
export function configurationVariables(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const set = configurationNames.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return Object.fromEntries(
    set.map(([name, value]) => [name, name === FILE_VARIABLE && value !== '' ? resolve(value) : value]),
  );
}
