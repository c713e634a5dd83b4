import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { madeOnce } from './made-once.ts';

let folder: string;
let made: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tillstream-made-'));
  made = [];
  for (const copy of ['one', 'two']) mkdirSync(join(folder, copy));
  write('one', 'first', 'hour');
  return () => rmSync(folder, { recursive: true });
});

/** As a person saved it a while ago. */
function write(root: string, content: string, when: 'hour' | 'future'): void {
  const file = join(folder, root, 'source.ts');
  writeFileSync(file, content);
  const time = new Date(Date.now() + (when === 'hour' ? -3_600_000 : 3_600_000));
  utimesSync(file, time, time);
}

/** @returns what `source.ts` has become, made now or before */
function get(root = 'one', what: object = { minify: true }): string {
  const outdir = join(folder, `out-${readdirSync(folder).length}`);
  madeOnce(outdir, {
    ...{ folder: join(folder, 'kept'), root: join(folder, root), what },
    make(unfinished) {
      const content = readFileSync(join(folder, root, 'source.ts'), 'utf8');
      made.push(content);
      mkdirSync(unfinished, { recursive: true });
      writeFileSync(join(unfinished, 'bundle.mjs'), content.toUpperCase());
      return ['source.ts'];
    },
  });
  return readFileSync(join(outdir, 'bundle.mjs'), 'utf8');
}

it('makes the same once, and again for other options', () => {
  expect([get(), get()]).toEqual(['FIRST', 'FIRST']);
  expect(made).toEqual(['first']);
  get('one', { minify: false });
  expect(made).toEqual(['first', 'first']);
});

it('makes anew what has changed, and knows it when it is as before', () => {
  get();
  write('one', 'other', 'hour');
  expect(get()).toBe('OTHER');
  write('one', 'first', 'hour');
  expect([get(), get()]).toEqual(['FIRST', 'FIRST']);
  expect(made).toEqual(['first', 'other']);
});

it('gives a copy of the project what its own files make', () => {
  get();
  write('two', 'of the copy', 'hour');
  expect([get('two'), get()]).toEqual(['OF THE COPY', 'FIRST']);
  write('two', 'first', 'hour');
  expect(get('two')).toBe('FIRST');
  expect(made).toEqual(['first', 'of the copy']);
});

it('keeps nothing of a file that is changed while it is read', () => {
  write('one', 'first', 'future');
  expect([get(), get()]).toEqual(['FIRST', 'FIRST']);
  expect(made).toEqual(['first', 'first']);
});

it('keeps a few', () => {
  for (const content of ['a', 'b', 'c', 'd', 'e']) {
    write('one', content, 'hour');
    get();
  }
  const [place = ''] = readdirSync(join(folder, 'kept'));
  expect(readdirSync(join(folder, 'kept', place))).toHaveLength(3 + 1);
});

it('keeps nothing of a process that was killed while it made something', () => {
  get();
  const [place = ''] = readdirSync(join(folder, 'kept'));
  const unfinished = join(folder, 'kept', place, `unfinished-${process.pid}`);
  mkdirSync(join(unfinished, 'made'), { recursive: true });
  writeFileSync(join(unfinished, 'made', 'half.mjs'), 'of another time');
  write('one', 'other', 'hour');
  expect(get()).toBe('OTHER');
  const outdir = readdirSync(folder).findLast((name) => name.startsWith('out-')) ?? '';
  expect(readdirSync(join(folder, outdir))).toEqual(['bundle.mjs']);
});

it('makes it each time where nothing can be kept', () => {
  writeFileSync(join(folder, 'kept'), 'no folder');
  expect([get(), get()]).toEqual(['FIRST', 'FIRST']);
  expect(made).toEqual(['first', 'first']);
});
