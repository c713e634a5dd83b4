import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from '#adapters/repository.ts';
import { readYaml } from './files.ts';

interface Update {
  readonly 'package-ecosystem': string;
  readonly directory?: string;
  readonly directories?: readonly string[];
}

const { updates } = readYaml<{ updates: readonly Update[] }>('.github/dependabot.yml');

it.each([
  ['npm', 'package-lock.json'],
  ['pip', '**/*.lock'],
  ['maven', '**/pom.xml'],
  ['docker', 'docker/**/Dockerfile'],
  ['docker-compose', 'docker-compose.yml'],
])('Dependabot looks for %s in every folder that has it', (ecosystem, pattern) => {
  const exclude = ['node_modules/**', '.tillstream/**', 'cdk.out/**'];
  const files = globSync(pattern, { cwd: repositoryRoot, exclude });
  const folders = [...new Set(files.map((file) => join('/', dirname(file))))];
  const update = updates.find((each) => each['package-ecosystem'] === ecosystem);
  expect(update?.directories ?? [update?.directory]).toEqual(folders.toSorted());
});
