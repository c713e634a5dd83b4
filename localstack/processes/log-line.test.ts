import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inRepository } from '#adapters/repository.ts';

/** Each write to it fails with ENOSPC. */
const FULL = '/dev/full';

test.each([
  ['localstack/processes/log-line.ts', `module.logLine({ kind: 'said' })`],
  ['localstack/lambda_executor/runtime/console.mjs', `module.setUpConsole(() => undefined)('INFO', 'said')`],
])('whoever logs by %s works on when the disk is full', async (path, say) => {
  const script = `
    const module = await import(${JSON.stringify(inRepository(path))});
    let times = 0;
    setInterval(() => { if (++times > 3) process.exit(7); ${say}; }, 10);`;
  const log = openSync(FULL, 'w');
  const service = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', log, 'ignore'],
  });
  closeSync(log);
  expect(await once(service, 'exit')).toEqual([7, null]);
});
