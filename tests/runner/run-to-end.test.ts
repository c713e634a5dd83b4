import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { identify } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';

const CHILD = `process.on('SIGINT', () => process.exit(3)); setInterval(() => {}, 1_000); console.log(process.pid);`;

/** Leaves the group, and never collects its child, which stays in it. */
const NEGLECTS = `sleep 600 & exec python3 -c 'import os, time; os.setsid(); print(os.getpid(), flush=True); time.sleep(600)'`;

/** Another process runs the program to its end. @returns it, and the process id that the program tells */
async function runElsewhere(program: string, ...args: string[]) {
  const script = `
    import { runToEnd } from ${JSON.stringify(new URL('./run-to-end.ts', import.meta.url).href)};
    process.exitCode = (await runToEnd(...${JSON.stringify([program, args])}, { stdio: 'inherit' })) ?? 0;`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout.setEncoding('utf8'), 'data');
  return { parent, told: Number(line) };
}

// `npm run faults` ended, and left a whole stack running.
it('a signal to the process alone, not to its group, ends the program too', async () => {
  const { parent, told: program } = await runElsewhere(process.execPath, '-e', CHILD);
  expect(identify(program)).toBeDefined();
  const ended = once(parent, 'exit');
  parent.kill('SIGINT');
  expect(await ended).toEqual([3, null]);
  await until(() => !identify(program), { what: 'the program has ended', within: 10_000 });
});

it('does not wait for the dead whom nobody collects', async () => {
  const { parent, told: neglectful } = await runElsewhere('sh', '-c', `(${NEGLECTS}); exit`);
  onTestFinished(() => void process.kill(neglectful, 'SIGKILL'));
  const ended = once(parent, 'exit');
  parent.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});
