/** Every command of README and of the guides beside it is run by a test as it stands there, or checked by the strongest means that there is. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { besideTheStack, elsewhere, guideCommands } from '../tests/support/readme.ts';

it('has a test for each command of README and the guides, and they have each command of the tests', () => {
  expect(guideCommands().toSorted()).toEqual([...Object.keys(besideTheStack), ...Object.keys(elsewhere)].toSorted());
});

it.each(Object.entries(elsewhere))('%s is run or checked where the table says', (_command, { file, by }) => {
  expect(readFileSync(inRepository(file), 'utf8')).toContain(by);
});

it('no page has a command that needs the Node of this project, and not that of the machine', () => {
  const pages = globSync('**/*.md', {
    cwd: repositoryRoot,
    exclude: ['node_modules/**', '.tillstream/**', 'cdk.out/**'],
  });
  const wrong = pages.filter((page) =>
    /^\s*node \S+\.ts|`node \S+\.ts/m.test(readFileSync(join(repositoryRoot, page), 'utf8')),
  );
  expect(wrong).toEqual([]);
});
