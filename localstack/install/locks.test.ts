import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const LOCKS = [
  'airflow/requirements.lock',
  'benchmarks/requirements.lock',
  'localstack/install/localstack.lock',
  'spark/requirements.lock',
];

test.each(LOCKS)('%s pins every package by version and hash, from whichever index', (path) => {
  const text = readFileSync(join(root, path), 'utf8');
  const packages = text.replaceAll('\\\n', '').match(/^[^#\s].*$/gm) ?? [];
  expect(packages.length).toBeGreaterThan(5);
  for (const line of packages)
    expect(line).toMatch(/^[\w.-]+(\[[\w,-]+\])?==\S+ (;.* )?( *--hash=sha256:[0-9a-f]{64})+\s*$/);
  expect(text).not.toMatch(/https?:|index-url/);
});
