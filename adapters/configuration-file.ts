/** tillstream.config.json, for whatever runs from a checkout: commands, the local stack, the CDK app. Functions get variables. */
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type EnvironmentName, keyNamed, keyNames, variableOf } from '#domain/configuration/keys.ts';
import { ConfigurationError, type Effective, type Given, readConfiguration } from '#domain/configuration/read.ts';
import { inRepository, repositoryRoot } from './repository.ts';

const STANDARD_FILE = inRepository('tillstream.config.json');

export interface ConfigurationSources {
  readonly options?: Given['options'];
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * The configuration as it would be deployed now. Variables count on one machine alone: what a shell happens to have set must not change
 * an environment in AWS, so there an option does (`-c KEY=VALUE`).
 *
 * @throws ConfigurationError naming everything that is wrong
 */
export function configurationOf(
  environment: EnvironmentName,
  { options = {}, env = process.env }: ConfigurationSources = {},
): Effective {
  const file = env.TILLSTREAM_CONFIG ? readConfigurationFile(resolve(env.TILLSTREAM_CONFIG)) : readStandardFile();
  return readConfiguration(environment, {
    ...(file && { file }),
    ...(environment === 'local' && { variables: env }),
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

/** What a process that reads the configuration as this one does must find in its environment. */
export function configurationVariables(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const names = keyNames.flatMap((name) => [variableOf(name), keyNamed(name).formerly ?? []].flat());
  return Object.fromEntries(
    ['TILLSTREAM_CONFIG', ...names].flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
  );
}
