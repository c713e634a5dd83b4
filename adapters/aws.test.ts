/** By itself a client of the AWS SDK waits for ever; these rules find every one, present or future, that was given no limits. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { functions } from '#cdk/config/functions.ts';
import { invocationLimits } from './aws.ts';

const sources = ['adapters', 'delivery', 'lambda', 'functions', 'cli', 'docker', 'localstack/poller'].flatMap(
  (folder) =>
    readdirSync(new URL(`../${folder}/`, import.meta.url), { encoding: 'utf8', recursive: true })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => `${folder}/${file}`),
);
const clients = sources.flatMap((path) => {
  const source = readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');
  return [...source.matchAll(/new (\w+Client)\(/g)].map(({ 1: name, index }) => ({
    ...{ path, name },
    given: source.slice(index, source.indexOf(';', index)),
  }));
});

it('finds clients of every service', () => {
  expect(new Set(clients.map(({ name }) => name))).toEqual(
    new Set(['LambdaClient', 'S3Client', 'SecretsManagerClient', 'SNSClient']),
  );
});

it.each(clients)('$name of $path has limits of time', ({ given }) => {
  expect(given).toMatch(/\b(awsLimits|invocationLimits)\b/);
});

it.each(Object.entries(functions))(
  'an invocation of %s is waited for until its timeout has passed',
  (_, { timeoutSeconds }) => {
    const { requestTimeout } = invocationLimits(timeoutSeconds);
    expect(requestTimeout).toBeGreaterThan(timeoutSeconds * 1_000);
    expect(requestTimeout).toBeLessThan((timeoutSeconds + 60) * 1_000);
  },
);
