import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimHome, cleanHome } from './home.ts';
import { forgetKept, keptIn, noteLedger, openKept } from './kept.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'tillstream-kept-'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('each start finds the password of the first, and is counted', () => {
  expect(keptIn(home)).toBeUndefined();
  const first = openKept(home);
  expect(first).toMatchObject({ folder: join(home, 'data'), starts: 1 });
  expect(first.password.length).toBeGreaterThan(20);
  expect(openKept(home)).toEqual({ ...first, starts: 2 });
  expect(keptIn(home)).toBe(first.folder);
});

test('the ledger that they belong to is known to the next start', () => {
  const first = openKept(home);
  expect(first.ledger).toBeUndefined();
  noteLedger(first, 'one');
  expect(openKept(home)).toMatchObject({ ...first, ledger: 'one', starts: 2 });
});

test('nobody else can read them', () => {
  const { folder } = openKept(home);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'kept.json')).mode & 0o777).toBe(0o600);
});

test('runs that keep nothing, and what is done after a killed one, leave them alone', async () => {
  const kept = openKept(home);
  mkdirSync(join(kept.folder, 'kafka'));
  (await claimHome(home)).release();
  await cleanHome(home);
  expect(existsSync(join(kept.folder, 'kafka'))).toBe(true);
});

test('they are thrown away as a whole, and a start begins anew', () => {
  const first = openKept(home);
  mkdirSync(join(first.folder, 'kafka'));
  forgetKept(home);
  expect(existsSync(first.folder)).toBe(false);
  const second = openKept(home);
  expect(second.starts).toBe(1);
  expect(second.password).not.toBe(first.password);
});

test('a folder of that name that is not ours is neither used nor deleted', () => {
  mkdirSync(join(home, 'data'));
  writeFileSync(join(home, 'data', 'precious'), '');
  expect(() => openKept(home)).toThrow(/data was not made by Tillstream/);
  forgetKept(home);
  expect(existsSync(join(home, 'data', 'precious'))).toBe(true);
});

test('a note that is no longer whole is named', () => {
  const { folder } = openKept(home);
  writeFileSync(join(folder, 'kept.json'), '{}');
  expect(() => openKept(home)).toThrow(/kept\.json is damaged: expected \{"id"/);
});
