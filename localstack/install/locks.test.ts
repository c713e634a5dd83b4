import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repositoryRoot } from '#adapters/repository.ts';

const locks = globSync('**/*.lock', {
  cwd: repositoryRoot,
  exclude: ['node_modules/**', '.tillstream/**', 'cdk.out/**'],
});
const PACKAGE = /^[\w.-]+(\[[\w,-]+\])?==\S+ (;.* )?( *--hash=sha256:[0-9a-f]{64})+\s*$/;

test.each(locks)('%s pins every package by version and hash, from whichever index', (path) => {
  const text = readFileSync(join(repositoryRoot, path), 'utf8');
  const packages = text.replaceAll('\\\n', '').match(/^[^#\s].*$/gm) ?? [];
  expect(packages).not.toEqual([]);
  for (const line of packages) expect(line).toMatch(PACKAGE);
  expect(text).not.toMatch(/https?:|index-url/);
});
