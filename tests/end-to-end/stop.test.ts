/** `npm start` ends with whoever started it, by whatever signal, and takes everything with it; `npx tillstream stop` ends it too. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { inRepository, repositoryRoot } from '#adapters/repository.ts';
import { readRecord } from '#localstack/processes/process-record.ts';
import { until } from '#localstack/processes/until.ts';
import { type Home, leftovers, newHome, tillstream } from '../support/command.ts';
import { KEEPING, STAYING } from '../support/readme.ts';

let home: Home;
let group: number | undefined;
/** Modules in the checkout that Python has compiled, of an earlier version or by a person. */
const compiled = () =>
  globSync('{airflow/dags,localstack/lambda_executor}/**/__pycache__', { cwd: repositoryRoot }).map(inRepository);
beforeAll(async () => {
  home = await newHome();
  for (const folder of compiled()) rmSync(folder, { recursive: true });
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
async function start([command = '', ...args]: readonly string[], cwd = repositoryRoot): Promise<Started> {
  const caller = spawn(command, args, {
    ...{ cwd, env: home.env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  group = caller.pid;
  const output = { text: '' };
  for (const stream of [caller.stdout, caller.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output.text += text;
    });
  const closed = once(caller, 'close');
  await until(() => readRecord(runFolder()).length >= 2, {
    what: `${command} has started services`,
    within: 240_000,
  }).catch((cause) => {
    throw new Error(output.text, { cause });
  });
  return { caller, output, closed };
}

const runFolder = () => join(home.folder, 'run');

/** A folder where npm finds the project, so that a line which writes files leaves the checkout as it is. */
function besideTheCheckout(): string {
  const folder = join(home.folder, 'beside');
  mkdirSync(folder);
  for (const name of ['package.json', 'start.mjs']) symlinkSync(inRepository(name), join(folder, name));
  return folder;
}

async function expectNothingLeft(): Promise<void> {
  await until(() => leftovers(home).length === 0, { what: 'all processes have ended', within: 60_000 }).catch(() => {});
  expect(leftovers(home)).toEqual([]);
}

describe('npm start', () => {
  it.each([
    ['SIGTERM to npm, as from timeout or a CI job', 'SIGTERM', (npm: number) => npm],
    ['SIGKILL to npm, which can hand nothing on', 'SIGKILL', (npm: number) => npm],
    ['SIGHUP to its whole process group, as from a closed terminal', 'SIGHUP', (npm: number) => -npm],
  ] as const)('%s ends everything', async (_, name, target) => {
    const { caller, output, closed } = await start(['npm', 'start']);
    signal(target(caller.pid as number), name);
    await closed;
    await expectNothingLeft();
    expect(output.text).toMatch(/Stopping.*…\n[\s\S]*Stopped\.\n$/);
  });

  it('SIGTERM to every process at once, as from systemd, is no failure', async () => {
    const { output, closed } = await start(['npm', 'start']);
    for (const line of leftovers(home)) signal(Number.parseInt(line, 10), 'SIGTERM');
    await closed;
    await expectNothingLeft();
    expect(output.text).toMatch(/Stopping …\n[\s\S]*Stopped\.\n$/);
    expect(output.text).not.toContain('ended with');
  });

  it('ends with exit code 2 when a service dies, and names it', async () => {
    const { caller, output, closed } = await start(['npm', 'start']);
    await until(() => output.text.includes('Tillstream is running'), { what: 'the banner is shown', within: 280_000 });
    const kafka = readRecord(runFolder()).find(({ service }) => service === 'Kafka');
    signal(kafka?.pid as number, 'SIGKILL');
    await closed;
    await expectNothingLeft();
    expect(caller.exitCode).toBe(2);
    expect(output.text).toMatch(/\nStopped\.\n[\s\S]*Kafka was ended by SIGKILL/);
    expect(compiled(), 'what LocalStack and Airflow wrote into the checkout').toEqual([]);
  });

  it('with --stay runs on when its terminal is closed and npm has gone; `npx tillstream stop` stops it', async () => {
    const { caller, closed } = await start(['sh', '-c', STAYING], besideTheCheckout());
    signal(-(caller.pid as number), 'SIGHUP');
    signal(-(caller.pid as number), 'SIGKILL');
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
    const { caller, closed } = await start(['npm', 'start']);
    signal(-(caller.pid as number), 'SIGKILL');
    await closed;
    expect(leftovers(home)).not.toEqual([]);
    expect(await tillstream(home, 'stop')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Ended what a killed run had left: .+, .+/),
    });
    await expectNothingLeft();
  });

  it('with --keep leaves its data when it is killed; `npx tillstream stop` says where, and --forget throws them away', async () => {
    const { caller, closed } = await start(['npm', 'start', '--', ...KEEPING]);
    signal(-(caller.pid as number), 'SIGKILL');
    await closed;
    const kept = join(home.folder, 'data');
    expect(await tillstream(home, 'stop')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(`\nKept: ${kept} \\(--forget throws it away\\)\\.\n$`),
    });
    expect(existsSync(kept)).toBe(true);
    expect(await tillstream(home, 'stop', '--forget')).toMatchObject({
      code: 0,
      stdout: `No stack is running in ${home.folder}.\nThrew away what was kept in ${kept}.\n`,
    });
    expect(existsSync(kept)).toBe(false);
    await expectNothingLeft();
  });
});

it('npx tillstream start ends with npx, behind whose shell it runs', async () => {
  const { caller, closed } = await start(['npx', 'tillstream', 'start']);
  caller.kill('SIGTERM');
  await closed;
  await expectNothingLeft();
});
