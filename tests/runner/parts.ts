/** The parts of `npm test`. */
import { globSync } from 'node:fs';
import { type ProjectFiles, type ProjectName, projects } from '../projects.ts';

export type PartName = 'types' | 'lint' | ProjectName;

/**
 * In starting order: the longest first, beside what finds mistakes within seconds; short parts come last and fill the time
 * that the longest still needs.
 */
export const partNames: readonly PartName[] = [
  'end-to-end',
  'dags',
  'types',
  'unit',
  'lint',
  'integration',
  'alone',
  'faults',
  'cloud',
  'properties',
];

export const isProject = (name: string): name is ProjectName => name in projects;

/** @returns the project's test files, relative to the repository's root */
export function testFiles(name: ProjectName, root: string): string[] {
  const { include, exclude = [] }: ProjectFiles = projects[name];
  return globSync([...include], { cwd: root, exclude: [...exclude] }).sort();
}
