import { expect, it } from 'vitest';
import { menuOf, type Page } from './menu.ts';

const page = (path: string): Page => ({ path, title: `Title of ${path}` });
const paths = (pages: readonly Page[]) => menuOf(pages).map(([name, found]) => [name, found.map(({ path }) => path)]);

it('groups the pages, in its own order', () => {
  expect(paths([page('docs/cost.md'), page('docs/faults.md'), page('README.md')])).toEqual([
    ['Start', ['README.md']],
    ['Know', ['docs/faults.md', 'docs/cost.md']],
  ]);
});

it('takes the pages of a folder as they come', () => {
  const decisions = [page('docs/decisions/README.md'), page('docs/decisions/001-ledger.md')];
  expect(paths(decisions)).toEqual([['Decisions', decisions.map(({ path }) => path)]]);
});

it('leaves no page out', () => {
  expect(paths([page('docs/new.md')])).toEqual([['Beside the code', ['docs/new.md']]]);
});
