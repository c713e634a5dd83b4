import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findRunningStack } from './running-stack.ts';

const home = mkdtempSync(join(tmpdir(), 'tillstream-running-'));
afterAll(() => rmSync(home, { recursive: true }));

test('a stack runs if its status says so and its process is alive', () => {
  expect(findRunningStack(home)).toBeUndefined();
  mkdirSync(join(home, 'run'));
  const write = (pid: number) => writeFileSync(join(home, 'run', 'status.json'), JSON.stringify({ pid }));
  write(process.pid);
  expect(findRunningStack(home)).toEqual({ home, pid: process.pid });
  write(2 ** 22 + 1); // Above Linux's largest process id.
  expect(findRunningStack(home)).toBeUndefined();
});
