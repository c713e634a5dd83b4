import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { readSources } from './sources.ts';

const root = mkdtempSync(join(tmpdir(), 'tillstream-sources-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

it('finds the folders that the code of functions imports, and those that they import', async () => {
  write({
    'cdk/app.ts': '',
    'layers/kafka/package.json': '{}',
    'functions/report/handler.ts': "import { one } from '#first/one.ts';",
    'functions/report/handler.test.ts': "import { x } from '#unused/x.ts';",
    'first/one.ts': "export { two } from '#second/two.ts';",
    'second/two.ts': "import { one } from '#first/one.ts';",
    'second/query.sql': 'select 1',
    'unused/x.ts': '',
    'cdk.json': '{}',
    'package.json': '{}',
    'package-lock.json': '{}',
  });
  const sources = await readSources(root);
  expect([...sources.keys()].map((path) => relative(root, path).replaceAll(sep, '/'))).toEqual([
    'cdk/app.ts',
    'functions/report/handler.ts',
    'layers/kafka/package.json',
    'first/one.ts',
    'second/query.sql',
    'second/two.ts',
    'cdk.json',
    'package.json',
    'package-lock.json',
  ]);
  expect(String(sources.get(join(root, 'second', 'query.sql')))).toBe('select 1');
});

it('finds the SQL that functions take along, and nothing of the command line', async () => {
  const sources = await readSources(inRepository(''));
  const folders = new Set([...sources.keys()].map((path) => relative(inRepository(''), path).split(sep)[0]));
  expect([...folders]).toEqual(expect.arrayContaining(['cdk', 'functions', 'layers', 'domain', 'sql']));
  expect(folders).not.toContain('cli');
});
