import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { identify } from '../processes/processes.ts';
import { until } from '../processes/until.ts';
import { run } from './run.ts';

const script = (code: string) => ['-e', code];

test('returns what was written to both outputs', async () => {
  expect(await run(process.execPath, script("console.log('out'); console.error('err')"))).toMatch(
    /out[\s\S]*err|err[\s\S]*out/,
  );
});

test('a failure shows the command, its exit code and the end of its output', async () => {
  const failing = run(process.execPath, script("console.log('the reason'); process.exit(3)"));
  await expect(failing).rejects.toThrow(/-e console\.log.* ended with 3:\nthe reason/);
  await expect(run('/nonexistent', [])).rejects.toThrow(/\/nonexistent could not be run/);
});

test('aborting ends the command and its children', async () => {
  const given = new AbortController();
  const file = join(mkdtempSync(join(tmpdir(), 'tillstream-run-')), 'pid');
  const forever = 'setInterval(() => {}, 1000)';
  const parent = `
    const { spawn } = require('node:child_process');
    const { pid } = spawn(process.execPath, ['-e', ${JSON.stringify(forever)}], { stdio: 'inherit' });
    require('node:fs').writeFileSync(${JSON.stringify(file)}, pid + '.');
    ${forever}`;
  const running = run(process.execPath, ['-e', parent], { signal: given.signal });
  const child = await until(() => /^(\d+)\.$/.exec(readFileSync(file, 'utf8'))?.[1], {
    what: 'the command is up',
    within: 30_000,
  });
  given.abort(new Error('given up'));
  await expect(running).rejects.toThrow('given up');
  // A process closes its outputs first, and ends a little later.
  await until(() => identify(Number(child)) === undefined, { what: 'the child has ended', within: 30_000 });
  rmSync(dirname(file), { recursive: true });
});

test('aborting after the command has ended, while a leftover process holds its outputs, adds no error', async () => {
  const given = new AbortController();
  const file = join(mkdtempSync(join(tmpdir(), 'tillstream-run-')), 'pid');
  const heir = 'setInterval(() => {}, 1000)';
  const parent = `
    const { spawn } = require('node:child_process');
    const heir = spawn(process.execPath, ['-e', ${JSON.stringify(heir)}], { stdio: 'inherit', detached: true });
    require('node:fs').writeFileSync(${JSON.stringify(file)}, process.pid + ' ' + heir.pid + '.');
    heir.unref();`;
  const running = run(process.execPath, ['-e', parent], { signal: given.signal });
  const [, ended, left] = await until(() => /^(\d+) (\d+)\.$/.exec(readFileSync(file, 'utf8')), {
    what: 'the command is up',
    within: 10_000,
  });
  await until(() => identify(Number(ended)) === undefined, { what: 'the command has ended', within: 10_000 });
  given.abort(new Error('given up'));
  process.kill(Number(left));
  await expect(running).rejects.toThrow('given up');
  rmSync(dirname(file), { recursive: true });
});
