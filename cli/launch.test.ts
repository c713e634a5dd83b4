/** The launcher in a folder of its own, with a program in place of npm. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identify, isRunning, type ProcessIdentity } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tillstream-launch-'));
  for (const folder of ['cli', 'bin']) mkdirSync(join(root, folder));
  copyFileSync(join(import.meta.dirname, 'launch.mjs'), join(root, 'cli', 'launch.mjs'));
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, 'start.mjs'), `import { launch } from './cli/launch.mjs';\nlaunch('cli/none.ts', []);`);
});
afterEach(() => rmSync(root, { recursive: true }));

function launch(npm: string) {
  writeFileSync(join(root, 'bin', 'npm'), `#!/bin/sh\n${npm}\n`, { mode: 0o755 });
  const launcher = spawn(process.execPath, ['start.mjs'], {
    cwd: root,
    env: { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output = { text: '' };
  launcher.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.text += text;
  });
  return { launcher, output, ended: once(launcher, 'close') };
}

it('stops the installation of packages with itself', async () => {
  const file = join(root, 'npm.pid');
  const { launcher, ended } = launch(`echo $$ > ${file}.new; mv ${file}.new ${file}; exec sleep 60`);
  await until(() => existsSync(file), { what: 'npm runs', within: 30_000 });
  const npm = identify(Number(readFileSync(file, 'utf8'))) as ProcessIdentity;
  launcher.kill('SIGTERM');
  expect(await ended).toEqual([130, null]);
  expect(isRunning(npm)).toBe(false);
});

/** Makes the shell program that stands for the project's Node, as npm ci would have. */
function installing(program: string): string {
  const node = join(root, 'node_modules', 'node', 'bin', 'node');
  writeFileSync(join(root, 'node'), `#!/bin/sh\n${program}\n`, { mode: 0o755 });
  return `mkdir -p ${dirname(node)}; mv ${join(root, 'node')} ${node}`;
}

it('tells who called it, which may be gone when the packages are installed', async () => {
  const { output, ended } = launch(installing('echo $TILLSTREAM_CALLER; exit 7'));
  expect(await ended).toEqual([7, null]);
  expect(output.text).toBe(`${process.pid}\n`);
});

it('hands on that the terminal has another width, which a process outside its session is not told', async () => {
  const { launcher, output, ended } = launch(
    installing(`trap 'exit 3' WINCH; echo ready; while :; do sleep 0.05; done`),
  );
  await until(() => output.text === 'ready\n', { what: 'the program runs', within: 30_000 });
  launcher.kill('SIGWINCH');
  expect(await ended).toEqual([3, null]);
});
