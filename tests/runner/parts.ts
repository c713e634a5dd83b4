/** The parts of `npm test`. */
import { globSync } from 'node:fs';
import { type ProjectFiles, type ProjectName, projects } from '../projects.ts';

export type PartName = 'types' | 'lint' | ProjectName;

/**
 * In starting order: first the part that finds mistakes within seconds, beside those that take longest; the short parts
 * come last.
 */
export const partNames: readonly PartName[] = [
  'types',
  'integration',
  'dags',
  'lint',
  'unit',
  'cloud',
  'properties',
  'end-to-end',
  'faults',
  'alone',
];

export const isProject = (name: string): name is ProjectName => name in projects;

/** @returns the project's test files, relative to the repository's root */
export function testFiles(name: ProjectName, root: string): string[] {
  const { include, exclude = [] }: ProjectFiles = projects[name];
  return globSync([...include], { cwd: root, exclude: [...exclude] }).sort();
}
