import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { filesIn, zipFolder } from './zip.ts';

const root = mkdtempSync(join(tmpdir(), 'tillstream-zip-'));
afterAll(() => rmSync(root, { recursive: true }));

function folderOf(name: string, files: readonly [path: string, text: string][], changed: Date): string {
  const folder = join(root, name);
  for (const [path, text] of files) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
    utimesSync(join(folder, path), changed, changed);
  }
  return folder;
}

it('zips the same files to the same bytes, whenever and in whichever order they were written', async () => {
  const files: [string, string][] = [
    ['index.mjs', 'export const handler = () => {};'],
    ['sql/migrations/001_first.sql', 'select 1;'],
  ];
  const one = folderOf('one', files, new Date('2026-01-01T00:00:00Z'));
  const other = folderOf('other', files.toReversed(), new Date('2026-07-01T12:00:00Z'));
  await Promise.all([zipFolder(one, join(root, 'one.zip')), zipFolder(other, join(root, 'other.zip'))]);

  expect(await filesIn(one)).toEqual([join(one, 'index.mjs'), join(one, 'sql/migrations/001_first.sql')]);
  expect(readFileSync(join(root, 'one.zip')).equals(readFileSync(join(root, 'other.zip')))).toBe(true);
});
