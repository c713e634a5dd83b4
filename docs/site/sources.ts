/** Gathers what the site is made of: every page where it stands in the repository, so that the same links work here and there. */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Page } from './menu.ts';

const EXCLUDED = ['node_modules/**', '.tillstream/**', 'cdk.out/**', '.github/**'];

/** In the order of their paths, a folder's README first. */
export function readPages(root: string): readonly Page[] {
  const order = (path: string) => path.replace(/README\.md$/, '');
  return globSync('**/*.md', { cwd: root, exclude: EXCLUDED })
    .toSorted((one, other) => (order(one) < order(other) ? -1 : 1))
    .map((path) => ({ path, title: titleOf(readFileSync(join(root, path), 'utf8')) ?? path }));
}

const titleOf = (text: string): string | undefined => /^# (.+)$/m.exec(text)?.[1];

/** Copies the pages, with the files that they link to or show. */
export function copyPages(root: string, pages: readonly Page[], target: string): void {
  const linked = pages.flatMap(({ path }) => filesOf(path, readFileSync(join(root, path), 'utf8')));
  for (const path of new Set([...pages.map((page) => page.path), ...linked])) {
    const source = join(root, path);
    if (!existsSync(source) || statSync(source).isDirectory()) continue; // The check of the links names it.
    mkdirSync(dirname(join(target, path)), { recursive: true });
    cpSync(source, join(target, path));
  }
}

/** Of links and pictures that are not on another site; other pages among them. */
function filesOf(page: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)#\s]+)|\b(?:src|srcset)="([^"]+)"/g)].map(
    ([, link, picture]) => link ?? picture ?? '',
  );
  return targets.filter((target) => !/^[a-z]+:/.test(target)).map((target) => join(dirname(page), target));
}
