import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeDeadLock } from './postgres-lock.ts';

let data: string;
let file: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'tillstream-lock-'));
  file = join(data, 'postmaster.pid');
});
afterEach(() => rmSync(data, { recursive: true }));

test('a lock whose process has ended, or is another program by now, is removed', () => {
  removeDeadLock(data);
  for (const pid of [2 ** 30, process.pid]) {
    writeFileSync(file, `${pid}\n${data}\n`);
    removeDeadLock(data);
    expect(existsSync(file)).toBe(false);
  }
});

test('a lock whose server runs stays', async () => {
  const program = join(data, 'postgres');
  copyFileSync('/bin/sleep', program);
  const server = spawn(program, ['600']);
  await once(server, 'spawn');
  writeFileSync(file, `${server.pid}\n`);
  removeDeadLock(data);
  expect(existsSync(file)).toBe(true);
  server.kill('SIGKILL');
  await once(server, 'exit');
  removeDeadLock(data);
  expect(existsSync(file)).toBe(false);
});
