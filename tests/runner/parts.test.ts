import { globSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projects } from '../projects.ts';
import { isProject, partNames, testFiles } from './parts.ts';

const root = join(import.meta.dirname, '..', '..');

test('every test file belongs to one project, so that each runs once', () => {
  const all = globSync('**/*.test.ts', { cwd: root, exclude: ['node_modules', '.tillstream', '**/node_modules'] });
  expect(all.length).toBeGreaterThan(100);
  const found = partNames.filter(isProject).flatMap((name) => testFiles(name, root));
  expect(found.sort()).toEqual(all.sort());
});

test('every project is a part', () => {
  expect(partNames.filter(isProject).sort()).toEqual(Object.keys(projects).sort());
  expect(new Set(partNames).size).toBe(partNames.length);
});
