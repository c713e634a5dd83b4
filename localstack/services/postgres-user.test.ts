import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeDataFolder, removeDataFolder, type User } from './postgres-user.ts';

const root = mkdtempSync(join(tmpdir(), 'tillstream-postgres-user-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Nobody on this machine. */
const other: User = { uid: 54_321, gid: 54_321 };
const me: User = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

/** A link in the run folder, as a killed run left it, and what somebody has put in the place of its target. */
function planted() {
  const run = mkdtempSync(join(root, 'run-'));
  const target = join(run, 'elsewhere');
  mkdirSync(target);
  symlinkSync(target, join(run, 'postgres'));
  return { target, link: join(run, 'postgres') };
}

test('a folder that another user has made is not taken for the data, nor removed', () => {
  const { target, link } = planted();
  expect(() => makeDataFolder(link, other)).toThrow(`Expected ${target} to be the folder of user 54321 alone`);
  removeDataFolder(link, other);
  expect(existsSync(target)).toBe(true);
  expect(existsSync(link)).toBe(false);
});

test('one in which others may write is not either', () => {
  const { target, link } = planted();
  chmodSync(target, 0o777);
  expect(() => makeDataFolder(link, me)).toThrow('alone');
});

test('a link in its place is not followed when it is removed', () => {
  const { target, link } = planted();
  const precious = `${target}-precious`;
  mkdirSync(precious);
  rmSync(target, { recursive: true });
  symlinkSync(precious, target);
  removeDataFolder(link, me);
  expect(existsSync(precious)).toBe(true);
});

test('its own is taken again, and removed with the link', () => {
  const { target, link } = planted();
  chmodSync(target, 0o700);
  expect(makeDataFolder(link, me)).toBe(target);
  removeDataFolder(link, me);
  expect(existsSync(target)).toBe(false);
});

test('a new one is closed to others, and so is the run folder', () => {
  const run = join(root, 'new');
  makeDataFolder(join(run, 'postgres'), undefined);
  for (const folder of [run, join(run, 'postgres')]) expect(lstatSync(folder).mode & 0o777).toBe(0o700);
});
