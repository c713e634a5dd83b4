import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimHome } from './home.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tillstream-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('a run gets an empty run folder, whatever the last one left', async () => {
  const first = await claimHome(home);
  mkdirSync(join(first.runFolder, 'kafka'));
  mkdirSync(join(first.runFolder, 'logs'));
  first.release();
  expect(existsSync(join(first.runFolder, 'kafka'))).toBe(false);
  expect(existsSync(join(first.runFolder, 'logs'))).toBe(true);

  const second = await claimHome(home);
  expect(readdirSync(second.runFolder)).toEqual(['.tillstream-run']);
  second.release();
});

test('a home that is in use is refused, naming the process that uses it', async () => {
  const held = await claimHome(home);
  await expect(claimHome(home)).rejects.toThrow(`started by process ${process.pid}`);
  held.release();
});

test('a folder named run that is not ours is never deleted, such as /run if TILLSTREAM_HOME is /', async () => {
  mkdirSync(join(home, 'run'));
  writeFileSync(join(home, 'run', 'precious'), '');
  await expect(claimHome(home)).rejects.toThrow(/was not made by Tillstream/);
  expect(existsSync(join(home, 'run', 'precious'))).toBe(true);
  await expect(claimHome(home)).rejects.toThrow(/was not made by Tillstream/); // the lock was let go
});
