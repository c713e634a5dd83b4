import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';

/** They make visible what would command the terminal. */
const WAYS = ['cli/print.ts', 'cli/screen.ts'];

test('a command says everything by print.ts, or the screen of npm start', () => {
  const files = globSync('cli/**/*.ts', { cwd: repositoryRoot, exclude: ['**/*.test.ts'] });
  expect(files).toEqual(expect.arrayContaining(WAYS));
  const others = files.filter((file) => !WAYS.includes(file));
  const writing = others.filter((file) =>
    /\.write\(|\bwriteSync\(|std(out|err)\.end\(|\bpipe(line)?\(|(?<![./])\bconsole[.[]|= console\b/.test(
      readFileSync(inRepository(file), 'utf8'),
    ),
  );
  expect(writing).toEqual([]);
});
