/** One logic, two faces: the command line and the page. */
import { globSync, readFileSync } from 'node:fs';
import { expect, it, test } from 'vitest';
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

/** Calls of functions, what changes Airflow's runs, what sends records, and the one operation that writes itself. */
const EFFECTS =
  /\binvoke\s*[<(]|\bairflow\??\.(trigger|backfill|setPaused|clear)\b|\.producer\s*\(|#delivery\/republish/;

/** The names that a text imports from a file of operations/ to call them: not its types, nor what it only mentions. */
function calledOf(text: string, file: string): string[] {
  const imports = [...text.matchAll(/^import \{([^}]*)\} from '([^']+)';$/gms)];
  const names = imports.flatMap(([, names = '', from = '']) => (from === `#${file}` ? names.split(',') : []));
  const values = names.map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('type '));
  const rest = text.replaceAll(/^import [^;]*;$/gms, '');
  return values.filter((name) => new RegExp(`\\b${name}\\s*[(<]`).test(rest));
}

it('a command counts only if it calls the operation', () => {
  const file = 'operations/x.ts';
  const calls = "import { act, type Acted } from '#operations/x.ts';\nact<Acted>(backbone);";
  expect(calledOf(calls, file)).toEqual(['act']);
  for (const text of [
    "import type { act } from '#operations/x.ts';\nact();",
    "import { type act } from '#operations/x.ts';\nact();",
    "import { act } from '#operations/y.ts';\nact();",
    "import { act } from '#operations/x.ts';\nconst name = 'act';",
    "// '#operations/x.ts'\nact();",
  ])
    expect(calledOf(text, file)).toEqual([]);
});

test('what a person can change on the page can be changed on the command line too', () => {
  const acting = sources('operations/**/*.ts').filter((file) => EFFECTS.test(read(file)));
  const known = ['losses', 'proof', 'redrive', 'replay-inventory', 'replay-stream', 'report', 'republish'];
  expect(acting).toEqual(expect.arrayContaining(known.map((name) => `operations/${name}.ts`)));
  expect(acting).toContain('operations/connect/produce-example.ts');
  const commands = sources('cli/commands/*.ts').map(read);
  // One has the type of `invoke`, the other programs of other people as texts: neither calls anything.
  const silent = ['operations/backbone.ts', 'operations/connect/snippets.ts'];
  const operations = acting.filter((file) => !silent.includes(file));
  expect(operations.filter((file) => commands.every((text) => calledOf(text, file).length === 0))).toEqual([]);
});
