import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { identify } from '#localstack/processes/processes.ts';
import { claimHome } from '#localstack/stack/home.ts';
import { isAlive, type StackStatus } from '#localstack/stack/status.ts';
import { runningStack } from './running-stack.ts';

const status = (pid: number, processStarted: string | undefined) => ({ pid, processStarted }) as StackStatus;

it('a stack whose process was killed does not run, even if its pid was given to another', () => {
  const started = identify(process.pid)?.started;
  expect(isAlive(status(process.pid, started))).toBe(true);
  expect(isAlive(status(process.pid, `${started} before`))).toBe(false);
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(isAlive(status(pid, undefined))).toBe(false);
});

it('a stack that starts is not offered to be started', async () => {
  const home = mkdtempSync(join(tmpdir(), 'tillstream-home-'));
  await expect(runningStack(home)).rejects.toThrow('Start one with npm start.');
  const claimed = await claimHome(home);
  await expect(runningStack(home)).rejects.toThrow(`process ${process.pid} is starting one`);
  claimed.release();
  rmSync(home, { recursive: true });
});
