import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Lock, tryLock } from '../processes/lock.ts';
import { claimHome, cleanHome, runningIn } from './home.ts';

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

test('nobody else can look into the run folder, whichever mode an earlier one had', async () => {
  mkdirSync(join(home, 'run'), { mode: 0o755 });
  const { runFolder, release } = await claimHome(home);
  expect(statSync(runFolder).mode & 0o777).toBe(0o700);
  release();
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

test('what a killed run left is removed, but its logs stay, to which its error points', async () => {
  const killed = await claimHome(home);
  mkdirSync(join(killed.runFolder, 'kafka'));
  mkdirSync(join(killed.runFolder, 'logs'));
  rmSync(join(home, 'run.lock')); // as a dead process's is free
  expect(await cleanHome(home)).toEqual([]);
  expect(readdirSync(killed.runFolder).toSorted()).toEqual(['.tillstream-run', 'logs']);
  expect(existsSync(join(home, 'run.lock'))).toBe(false);
});

test('who cleans is no run that could be stopped, and whoever wants the home waits for it', async () => {
  for (const take of [cleanHome, async () => (await claimHome(home)).release()]) {
    const cleaner = tryLock(join(home, 'run.lock'), 'cleaning') as Lock;
    expect(runningIn(home)).toBeUndefined();
    const taken = take(home); // has looked already when it returns
    cleaner.release();
    await taken;
  }
  const run = await claimHome(home);
  expect(runningIn(home)).toMatchObject({ pid: process.pid });
  await expect(cleanHome(home)).rejects.toThrow('already running');
  run.release();
});
