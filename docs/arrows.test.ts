import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '#adapters/repository.ts';
import { arrows, type Folder, readFolders } from './arrows.ts';

const read = (path: string) => readFileSync(join(repositoryRoot, path), 'utf8');
const folders = readFolders(read('ARCHITECTURE.md'));
const names = folders.map(({ name }) => name);

const IMPURE = ['zod', 'node:fs', 'node:fs/promises', '@aws-sdk/client-s3', '../../adapters/money.ts'];

/** A tree of planted files under the repository's own lint rules. */
const planted = mkdtempSync(join(tmpdir(), 'tillstream-arrows-'));
function plant(path: string, text: string) {
  mkdirSync(dirname(join(planted, path)), { recursive: true });
  writeFileSync(join(planted, path), text);
}

/** What an import in `folder` may name, and what lint must refuse there. A relative import never leaves its top folder. */
const importsIn = ({ mayImport }: Folder) => [
  ...names.flatMap((other) => [
    { line: `import '#${other}/a/b.ts';`, refused: !mayImport.includes(other) },
    { line: `export type { B } from '#${other}/b.ts';`, refused: !mayImport.includes(other) },
    { line: `await import('#${other}/b.ts');`, refused: !mayImport.includes(other) },
    { line: `import '../../${other}/a/b.ts';`, refused: true },
  ]),
  { line: "import './sibling.ts';", refused: false },
];

interface Place {
  readonly file: string;
  readonly line: number;
}

/** Where Biome finds imports that it refuses. */
function lint(): Place[] {
  const args = ['lint', '--reporter=github', '--max-diagnostics=none', '.'];
  for (const rule of ['style/noRestrictedImports', 'suspicious/noImportCycles']) args.push(`--only=${rule}`);
  const { stdout, stderr } = spawnSync(join(repositoryRoot, 'node_modules/.bin/biome'), args, {
    cwd: planted,
    encoding: 'utf8',
  });
  const found = stdout.matchAll(/^::error title=lint\/[\w/]+,file=([^,]+),line=(\d+)/gm);
  const places = [...found].map(([, file = '', line]) => ({
    file: relative(planted, resolve(planted, file)),
    line: Number(line),
  }));
  expect(places.length, stderr).toBeGreaterThan(0);
  return places;
}

let places: readonly Place[] = [];
beforeAll(() => {
  for (const file of ['biome.json', 'biome.arrows.json', 'package.json'])
    copyFileSync(join(repositoryRoot, file), join(planted, file));
  plant('.gitignore', 'node_modules');
  for (const folder of folders) {
    const text = importsIn(folder)
      .map(({ line }) => line)
      .join('\n');
    plant(`${folder.name}/planted/planted.ts`, text);
    plant(`${folder.name}/planted/planted.test.ts`, text);
  }
  plant('domain/impure/planted.ts', IMPURE.map((module) => `import '${module}';`).join('\n'));
  plant('functions/one/planted.ts', "import '../two/handler.ts';\nimport './one.ts';");
  plant('functions/one/part/planted.ts', "import '../../two/handler.ts';\nimport '../one.ts';");
  plant('cdk/round/a.ts', "import type { B } from '#cdk/round/b.ts';\nexport type A = B;");
  plant('cdk/round/b.ts', "import type { A } from './a.ts';\nexport type B = A;");
  plant('cdk/round/c.ts', "import type { A } from './a.ts';\nexport type C = A;");
  places = lint();
});
afterAll(() => rmSync(planted, { recursive: true }));
const refusedLines = (path: string) =>
  places
    .filter(({ file }) => file === path)
    .map(({ line }) => line)
    .sort((a, b) => a - b);

describe('the table of folders', () => {
  it('has every top folder of the tree, and no other', () => {
    const ignored = read('.gitignore').split('\n');
    const tree = readdirSync(repositoryRoot, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.') && !ignored.includes(`${entry.name}/`))
      .map((entry) => entry.name);
    expect(names.toSorted()).toEqual(tree.filter((name) => !ignored.includes(`/${name}/`)).toSorted());
  });

  it('allows no circle between folders', () => {
    const importsOf = new Map(
      folders.map(({ name, mayImport }) => [name, mayImport.filter((other) => other !== name)]),
    );
    const reaches = (from: string, to: string): boolean =>
      (importsOf.get(from) ?? []).some((next) => next === to || reaches(next, to));
    for (const name of names) expect(reaches(name, name), name).toBe(false);
  });

  it('lets nothing but tests import tests/ and benchmarks/', () => {
    for (const { name, mayImport } of folders)
      for (const last of ['tests', 'benchmarks']) if (name !== last) expect(mayImport, `${name}/`).not.toContain(last);
  });

  it('is what lint enforces: if not, run `npm run docs:arrows`', () => {
    expect(JSON.parse(read('biome.arrows.json'))).toEqual(arrows(folders));
  });
});

describe('lint', () => {
  it.each(folders)('refuses in $name/ exactly what the table does not allow', (folder) => {
    const expected = importsIn(folder).flatMap(({ refused }, index) => (refused ? [index + 1] : []));
    expect(refusedLines(`${folder.name}/planted/planted.ts`)).toEqual(expected);
    expect(refusedLines(`${folder.name}/planted/planted.test.ts`)).toEqual([]);
  });

  it('lets domain/ import Zod and nothing else from outside', () => {
    expect(refusedLines('domain/impure/planted.ts')).toEqual([2, 3, 4, 5]);
  });

  it('refuses a function another one by a relative path too', () => {
    expect(refusedLines('functions/one/planted.ts')).toEqual([1]);
    expect(refusedLines('functions/one/part/planted.ts')).toEqual([1]);
  });

  it('refuses a circle between files, of types too', () => {
    expect(['a', 'b', 'c'].map((name) => refusedLines(`cdk/round/${name}.ts`))).toEqual([[1], [1], []]);
  });
});
