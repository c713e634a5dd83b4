/** docs/reference/ says what the code does. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { referenceFiles } from './files.ts';

const files = await referenceFiles();

it('is current', () => {
  const folder = inRepository('docs/reference');
  const there = globSync(['*.json', 'schemas/*.json'], { cwd: folder });
  expect(there.toSorted()).toEqual(
    Object.keys(files)
      .filter((path) => path.endsWith('.json'))
      .toSorted(),
  );
  for (const [path, text] of Object.entries(files))
    expect(
      readFileSync(join(folder, path), 'utf8'),
      `docs/reference/${path} is out of date: npm run docs:reference`,
    ).toBe(text);
});
