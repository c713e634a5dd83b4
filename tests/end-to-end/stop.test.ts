/** `npm start` ends with whoever started it, by whatever signal, and takes everything with it; `npx tillstream stop` ends it too. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '#adapters/repository.ts';
import { until } from '#localstack/processes/until.ts';
import { type Home, leftovers, newHome, tillstream } from '../support/command.ts';

let home: Home;
let group: number | undefined;
beforeAll(async () => {
  home = await newHome();
});
afterEach(() => {
  if (group) signal(-group, 'SIGKILL');
});
afterAll(async () => {
  await tillstream(home, 'stop');
  home.remove();
});

/** To a process that may have ended meanwhile, as those do that a service starts for a moment. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

interface Started {
  readonly caller: ChildProcess;
  readonly output: { text: string };
  /** Resolves when every process that could print to its output has ended. */
  readonly closed: Promise<unknown>;
}

/** Calls it in a process group of its own, as a shell does, and waits until services run. */
async function start(command: string, ...args: string[]): Promise<Started> {
  const caller = spawn(command, args, {
    ...{ cwd: repositoryRoot, env: home.env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  group = caller.pid;
  const output = { text: '' };
  for (const stream of [caller.stdout, caller.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output.text += text;
    });
  const closed = once(caller, 'close');
  const services = () => JSON.parse(readFileSync(join(home.folder, 'run', 'processes.json'), 'utf8')).length;
  await until(() => services() >= 2, { what: `${command} has started services`, within: 240_000 }).catch((cause) => {
    throw new Error(output.text, { cause });
  });
  return { caller, output, closed };
}

async function expectNothingLeft(): Promise<void> {
  await until(() => leftovers(home).length === 0, { what: 'all processes have ended', within: 60_000 }).catch(() => {});
  expect(leftovers(home)).toEqual([]);
}

describe('npm start', () => {
  it.each([
    ['SIGTERM to npm, as from timeout or a CI job', 'SIGTERM'],
    ['SIGKILL to npm, which can hand nothing on', 'SIGKILL'],
    ['SIGHUP to npm, which hands nothing on', 'SIGHUP'],
  ] as const)('%s ends everything', async (_, signal) => {
    const { caller, output, closed } = await start('npm', 'start');
    caller.kill(signal);
    await closed;
    await expectNothingLeft();
    expect(output.text).toMatch(/Stopping.*…\n[\s\S]*Stopped\.\n$/);
  });

  it('SIGTERM to every process at once, as from systemd, is no failure', async () => {
    const { output, closed } = await start('npm', 'start');
    for (const line of leftovers(home)) signal(Number.parseInt(line, 10), 'SIGTERM');
    await closed;
    await expectNothingLeft();
    expect(output.text).toMatch(/Stopping …\n[\s\S]*Stopped\.\n$/);
    expect(output.text).not.toContain('ended with');
  });

  it('with --stay runs on when its terminal is closed and npm has gone; `npx tillstream stop` stops it', async () => {
    const { caller, closed } = await start('npm', 'start', '--', '--stay');
    process.kill(-(caller.pid as number), 'SIGHUP');
    await once(caller, 'exit');
    expect(await tillstream(home, 'stop')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Stopped the stack/),
    });
    await closed;
    await expectNothingLeft();
    expect(await tillstream(home, 'stop')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^No stack is run/),
    });
  });

  it('if it was killed itself, `npx tillstream stop` ends the services that it left', async () => {
    const { caller, closed } = await start('npm', 'start');
    process.kill(-(caller.pid as number), 'SIGKILL');
    await closed;
    expect(leftovers(home)).not.toEqual([]);
    expect(await tillstream(home, 'stop')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Ended what a killed run had left: .+, .+/),
    });
    await expectNothingLeft();
  });
});

it('npx tillstream start ends with npx, behind whose shell it runs', async () => {
  const { caller, closed } = await start('npx', 'tillstream', 'start');
  caller.kill('SIGTERM');
  await closed;
  await expectNothingLeft();
});
