/** Each message that docs/troubleshooting.md quotes is one that the programs write. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';

const sources = globSync('{cli,localstack,adapters,delivery,lambda,functions,operations,console,domain}/**/*.ts', {
  cwd: repositoryRoot,
  exclude: ['**/*.test.ts'],
}).map((path) => readFileSync(join(repositoryRoot, path), 'utf8'));

/** `…` stands for what a program puts in; the text between has to be in one file. */
const isWritten = (message: string): boolean => {
  const parts = message.split('…').filter((part) => /\w{2}/.test(part));
  return parts.length > 0 && sources.some((source) => parts.every((part) => source.includes(part)));
};

const quoted = [...readFileSync(inRepository('docs/troubleshooting.md'), 'utf8').matchAll(/^> (.+)$/gm)].map(
  ([, message = '']) => message,
);

it.each(quoted)('%s', (message) => expect(isWritten(message)).toBe(true));

it('would find a message that no program writes', () => {
  expect(quoted.length).toBeGreaterThan(8);
  expect(isWritten('Port …, wanted for …, is occupied')).toBe(false);
  expect(isWritten('…')).toBe(false);
});
