import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '#adapters/repository.ts';

const pages = globSync('**/*.md', {
  cwd: repositoryRoot,
  exclude: ['node_modules/**', '.tillstream/**', 'cdk.out/**'],
});

it.each(pages)('%s names files that there are', (page) => {
  const text = readFileSync(join(repositoryRoot, page), 'utf8');
  const named = [...text.matchAll(/`([a-z]\w*\/[\w./-]*)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => existsSync(join(repositoryRoot, path.split('/', 1)[0] ?? '')));
  const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => join(dirname(page), path));
  const pictures = [...text.matchAll(/\b(?:src|srcset)="(?!https?:)([^"]+)"/g)].map(([, path = '']) =>
    join(dirname(page), path),
  );
  expect([...named, ...linked, ...pictures].filter((path) => !existsSync(join(repositoryRoot, path)))).toEqual([]);
});

it.each(pages)('%s separates the head of each table, without which it is shown as text', (page) => {
  const lines = readFileSync(join(repositoryRoot, page), 'utf8')
    .replace(/^```.*?^```/gms, '')
    .split('\n');
  const isRow = (line: string | undefined) => line?.startsWith('|') ?? false;
  const heads = lines.filter((line, n) => isRow(line) && !isRow(lines[n - 1]));
  const separated = lines.filter((line, n) => isRow(line) && /^\|[\s:|-]+\|$/.test(lines[n + 1] ?? ''));
  expect(heads).toEqual(separated);
});
