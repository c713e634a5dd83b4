import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { identify } from '#localstack/processes/processes.ts';
import { isAlive, type StackStatus } from '#localstack/stack/status.ts';

const status = (pid: number, processStarted: string | undefined) => ({ pid, processStarted }) as StackStatus;

it('a stack whose process was killed does not run, even if its pid was given to another', () => {
  const started = identify(process.pid)?.started;
  expect(isAlive(status(process.pid, started))).toBe(true);
  expect(isAlive(status(process.pid, `${started} before`))).toBe(false);
  const { pid } = spawnSync(process.execPath, ['--version']);
  expect(isAlive(status(pid, undefined))).toBe(false);
});
