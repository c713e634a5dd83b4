import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const pages = globSync('**/*.md', { cwd: root, exclude: ['node_modules/**', '.tillstream/**', 'cdk.out/**'] });

it.each(pages)('%s names files that there are', (page) => {
  const text = readFileSync(join(root, page), 'utf8');
  const named = [...text.matchAll(/`([a-z]\w*\/[\w./-]*)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => existsSync(join(root, path.split('/', 1)[0] ?? '')));
  const linked = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, path = '']) => join(dirname(page), path));
  expect([...named, ...linked].filter((path) => !existsSync(join(root, path)))).toEqual([]);
});
