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

test('one process holds it; the next is told which, and gets it after release', () => {
  const file = newFile();
  const first = tryLock(file) as Lock;
  expect(tryLock(file)).toMatchObject({ pid: process.pid });
  first.release();
  (tryLock(file) as Lock).release();
  expect(existsSync(file)).toBe(false);
});

test('the lock of a dead process is taken over, even if its pid is in use again, and no file is left', () => {
  for (const pid of [process.pid, 2 ** 30]) {
    const file = newFile();
    writeFileSync(file, JSON.stringify({ pid, started: 'long ago' }));
    const taken = tryLock(file);
    expect(taken).toHaveProperty('release');
    expect(readdirSync(join(file, '..'))).toEqual(['lock']);
  }
});

test('waiting reports the holder once, and ends when it releases the lock', async () => {
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
