import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { identify } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';

const CHILD = `process.on('SIGINT', () => process.exit(3)); setInterval(() => {}, 1_000); console.log(process.pid);`;

// `npm run faults` ended, and left a whole stack running.
it('a signal to the process alone, not to its group, ends the program too', async () => {
  const script = `
    import { runToEnd } from ${JSON.stringify(new URL('./run-to-end.ts', import.meta.url).href)};
    process.exitCode = (await runToEnd(process.execPath, ['-e', ${JSON.stringify(CHILD)}], { stdio: 'inherit' })) ?? 0;`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(parent.stdout.setEncoding('utf8'), 'data');
  const program = Number(line);
  expect(identify(program)).toBeDefined();
  const ended = once(parent, 'exit');
  parent.kill('SIGINT');
  expect(await ended).toEqual([3, null]);
  await until(() => !identify(program), { what: 'the program has ended', within: 10_000 });
});
