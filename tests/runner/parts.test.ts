import { globSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repositoryRoot } from '#adapters/repository.ts';
import { projects } from '../projects.ts';
import { isProject, partNames, testFiles } from './parts.ts';

test('every test file belongs to one project, so that each runs once', () => {
  const all = globSync('**/*.test.ts', {
    cwd: repositoryRoot,
    exclude: ['node_modules', '.tillstream', '**/node_modules'],
  });
  expect(all.length).toBeGreaterThan(100);
  const found = partNames.filter(isProject).flatMap((name) => testFiles(name, repositoryRoot));
  expect(found.sort()).toEqual(all.sort());
});

test('every project is a part', () => {
  expect(partNames.filter(isProject).sort()).toEqual(Object.keys(projects).sort());
  expect(new Set(partNames).size).toBe(partNames.length);
});
