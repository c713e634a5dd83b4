/** When a version was released, as the changelog says. */
import { readFileSync } from 'node:fs';
import { inRepository } from '#adapters/repository.ts';

/**
 * @returns such as 2026-11-29
 * @throws if the changelog has no such version
 */
export function releaseDate(version: string): string {
  const headings = readFileSync(inRepository('CHANGELOG.md'), 'utf8').matchAll(/^## (\S+) - (\d{4}-\d\d-\d\d)$/gm);
  const [, , date] = [...headings].find(([, each]) => each === version) ?? [];
  if (date === undefined) throw new Error(`Expected the heading "## ${version} - <date>" in CHANGELOG.md, found none.`);
  return date;
}
