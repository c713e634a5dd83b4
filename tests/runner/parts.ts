/** The parts of `npm test`. */
import { globSync } from 'node:fs';
import { type ProjectFiles, type ProjectName, projects } from '../projects.ts';

export type PartName = 'types' | 'lint' | ProjectName;

/**
 * In the order in which they begin: first what says within seconds that something is wrong beside what takes longest,
 * last what is short.
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

/** Of the project, relative to the repository's root. */
export function testFiles(name: ProjectName, root: string): string[] {
  const { include, exclude = [] }: ProjectFiles = projects[name];
  return globSync([...include], { cwd: root, exclude: [...exclude] }).sort();
}
