import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Lock, lock, tryLock } from './lock.ts';

const folder = mkdtempSync(join(tmpdir(), 'tillstream-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));

function newFile(): string {
  return join(mkdtempSync(join(folder, 'test-')), 'lock');
}

test('one holds it, the next is told who, and gets it after release', () => {
  const file = newFile();
  const first = tryLock(file) as Lock;
  expect(tryLock(file)).toMatchObject({ pid: process.pid });
  first.release();
  (tryLock(file) as Lock).release();
  expect(existsSync(file)).toBe(false);
});

test('the lock of a process that died, or whose pid another has now, is taken over, and no file is left', () => {
  for (const pid of [process.pid, 2 ** 30]) {
    const file = newFile();
    writeFileSync(file, JSON.stringify({ pid, started: 'long ago' }));
    const taken = tryLock(file);
    expect(taken).toHaveProperty('release');
    expect(readdirSync(join(file, '..'))).toEqual(['lock']);
  }
});

test('waiting ends when the holder lets go, and says once whom it waits for', async () => {
  const file = newFile();
  const first = tryLock(file) as Lock;
  let told = 0;
  const second = lock(file, {
    within: 30_000,
    onWait: () => {
      told++;
      first.release();
    },
  });
  (await second).release();
  expect(told).toBe(1);
});
