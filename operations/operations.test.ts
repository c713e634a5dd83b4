/** One logic, two faces: the command line and the page. */
import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';

const read = (file: string): string => readFileSync(inRepository(file), 'utf8');
const sources = (...patterns: readonly string[]): string[] =>
  globSync([...patterns], { cwd: repositoryRoot, exclude: ['**/*.test.ts'] });

test('the faces ask the database nothing themselves: SQL is in operations/', () => {
  const faces = sources('cli/**/*.ts', 'console/**/*.{ts,tsx}', 'docker/**/*.ts');
  expect(faces).toEqual(expect.arrayContaining(['cli/commands/ask.ts', 'console/server/routes.ts']));
  const asks = (file: string): boolean => /\.query\s*[<(]/.test(read(file));
  expect(asks('operations/losses.ts')).toBe(true);
  expect(faces.filter(asks)).toEqual([]);
});

/** Calls of functions, what changes Airflow's runs, and the one operation that writes itself. */
const EFFECTS = /\binvoke\s*[<(]|\bairflow\??\.(trigger|backfill|setPaused|clear)\b|#delivery\/republish/;

test('what a person can change on the page can be changed on the command line too', () => {
  const acting = sources('operations/**/*.ts').filter((file) => EFFECTS.test(read(file)));
  const known = ['backbone', 'losses', 'proof', 'redrive', 'replay-inventory', 'replay-stream', 'report', 'republish'];
  expect(acting).toEqual(expect.arrayContaining(known.map((name) => `operations/${name}.ts`)));
  const commands = sources('cli/commands/*.ts').map(read).join('\n');
  // What it calls only answers.
  const asking = 'operations/asking/answer.ts';
  const operations = acting.filter((file) => file !== 'operations/backbone.ts' && file !== asking);
  expect(operations.filter((file) => !commands.includes(`'#${file}'`))).toEqual([]);
});
