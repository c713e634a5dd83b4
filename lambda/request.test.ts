import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';

/** AWS makes its request, and PostgreSQL gets nothing of it. */
const OF_AWS = 'functions/rotate-passwords/request.ts';

// PostgreSQL refuses a NUL in its own words, which name no field.
test('text in a request of a person or a DAG is givenText, or has a pattern', () => {
  const files = globSync('functions/*/request.ts', { cwd: repositoryRoot }).filter((file) => file !== OF_AWS);
  expect(files.length).toBeGreaterThan(8);
  for (const file of files)
    expect(readFileSync(inRepository(file), 'utf8'), file).not.toMatch(/z\s*\.string\(\)(?!\s*\.regex\()/);
});
