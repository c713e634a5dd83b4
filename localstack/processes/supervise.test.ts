import { spawn } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { readRecord, reapLeftovers } from './process-record.ts';
import { identify, isRunning } from './processes.ts';
import { type SupervisedProcess, supervise } from './supervise.ts';
import { until } from './until.ts';

// Each test starts up to three processes, which may take seconds on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const runFolder = mkdtempSync(join(tmpdir(), 'tillstream-supervise-'));
afterAll(() => rmSync(runFolder, { recursive: true }));

/** A service that is a Node script; it is up when it has written its descendants' pids, one per line. */
async function start(script: string, grace = 5_000): Promise<{ service: SupervisedProcess; pids: number[] }> {
  const logFile = join(runFolder, `${crypto.randomUUID()}.log`);
  const command = {
    name: 'Sleeper',
    command: process.execPath,
    args: ['-e', script],
    env: {},
    cwd: runFolder,
    logFile,
  };
  const service = await supervise({ ...command, grace }, runFolder);
  const pids = await until(
    () => {
      const text = readFileSync(logFile, 'utf8');
      return text.includes('up\n') && [...text.matchAll(/^\d+$/gm)].map(([pid]) => Number(pid));
    },
    { what: 'the script is up', within: 60_000 },
  );
  return { service, pids: [service.pid, ...pids] };
}

const forever = 'setInterval(() => {}, 1000)';
const stubborn = `process.on('SIGTERM', () => {}); ${forever}`;
/** One child in the group, one in a group of its own, as PostgreSQL's backends are. */
const withChildren = (child: string) => `
  const { spawn } = require('node:child_process');
  for (const detached of [false, true]) {
    const child = spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'ignore', detached });
    console.log(String(child.pid));
  }
  console.log('up');
  ${forever}`;

const running = (pids: readonly number[]) => pids.filter((pid) => identify(pid));

test('kill resolves when the process is collected: PostgreSQL takes a zombie for a server that still runs', async () => {
  const logFile = join(runFolder, 'killed.log');
  const command = { name: 'Sleeper', command: 'sleep', args: ['600'], env: process.env, cwd: runFolder, logFile };
  for (let attempt = 0; attempt < 20; attempt++) {
    const service = await supervise(command, runFolder);
    await service.kill();
    expect(() => process.kill(service.pid, 0)).toThrow('ESRCH');
  }
});

test('stop ends the process with all its descendants, whatever group they are in', async () => {
  const { service, pids } = await start(withChildren(forever), 300);
  expect(running(pids)).toHaveLength(3);
  expect(readRecord(runFolder)).toMatchObject([{ service: 'Sleeper', pid: service.pid }]);
  await service.stop();
  expect(running(pids)).toEqual([]);
  expect(readRecord(runFolder)).toEqual([]);
});

test('processes that ignore the stop signal are killed after the grace', async () => {
  const { service, pids } = await start(withChildren(stubborn), 200);
  await service.stop();
  expect(running(pids)).toEqual([]);
});

test('kill does not wait for the grace of a stop that is under way', async () => {
  const { service, pids } = await start(`console.log('up'); ${stubborn}`, 600_000);
  const stopping = service.stop();
  await service.kill();
  await stopping;
  expect(running(pids)).toEqual([]);
});

test('stopping is not a failure, and happens once', async () => {
  const { service } = await start(`console.log('up'); ${forever}`);
  let failed = false;
  service.failed.catch(() => {
    failed = true;
  });
  await Promise.all([service.stop(), service.stop(), service.kill()]);
  expect(failed).toBe(false);
});

test('an unexpected end is a failure with name, exit and the end of the log, and ends the children too', async () => {
  const { service, pids } = await start(
    withChildren(forever).replace(
      /setInterval.*$/,
      "setTimeout(() => { console.log('the reason'); process.exit(3); }, 300)",
    ),
  );
  await expect(service.failed).rejects.toThrow(/^Sleeper ended with exit code 3\.[\s\S]*the reason$/);
  await service.stop();
  expect(running(pids.slice(0, 2))).toEqual([]);
  for (const pid of running(pids)) process.kill(pid); // one left its group and lost its parent before anyone looked
});

test('a log that another process writes meanwhile is bounded too', async () => {
  const otherLog = join(runFolder, 'other.log');
  writeFileSync(otherLog, '');
  truncateSync(otherLog, 33 << 20);
  const command = { name: 'Sleeper', command: 'sleep', args: ['600'], env: process.env, cwd: runFolder };
  const logs = { logFile: join(runFolder, 'own.log'), otherLogs: [otherLog, join(runFolder, 'none-yet.log')] };
  const service = await supervise({ ...command, ...logs }, runFolder);
  try {
    expect(statSync(otherLog).size).toBe(0);
  } finally {
    await service.kill();
  }
});

test('a missing program is an error with its name', async () => {
  const command = {
    name: 'Nothing',
    command: '/nonexistent',
    args: [],
    env: {},
    cwd: '/',
    logFile: join(runFolder, 'log'),
  };
  await expect(supervise(command, runFolder)).rejects.toThrow(/Nothing could not be started/);
});

test('on a full disk a service that ended says why, stops, starts again, and is recorded once there is space', async () => {
  const { service } = await start(`console.log('the reason'); console.log('up'); ${forever}`);
  const full = ['processes.json.new', 'late.log'].map((name) => join(runFolder, name));
  for (const file of full) symlinkSync('/dev/full', file); // Each write fails with ENOSPC.
  process.kill(service.pid, 'SIGKILL');
  await expect(service.failed).rejects.toThrow(/^Sleeper was ended by SIGKILL[\s\S]*the reason\nup$/);
  await service.stop();
  rmSync(join(runFolder, 'tmp'), { recursive: true });
  symlinkSync('/dev/full', join(runFolder, 'tmp')); // No folder can be made either.

  const command = { name: 'Late', command: process.execPath, args: ['-e', forever], env: {}, cwd: runFolder };
  const late = await supervise({ ...command, logFile: join(runFolder, 'late.log') }, runFolder);
  expect(running([late.pid])).toEqual([late.pid]);
  for (const path of [...full, join(runFolder, 'tmp')]) rmSync(path);
  const recorded = () => readRecord(runFolder).some(({ pid }) => pid === late.pid);
  await until(recorded, { what: 'it is recorded', within: 60_000 });
  await late.stop();
  expect(running([late.pid])).toEqual([]);
  expect(recorded()).toBe(false);
});

test('each service gets a TMPDIR of its own in the run folder, which goes with it', async () => {
  const write = "require('node:fs').writeFileSync(require('node:os').tmpdir() + '/left', '')";
  const { service } = await start(`${write}; console.log('up'); ${forever}`);
  expect(readdirSync(join(runFolder, 'tmp', 'sleeper'))).toEqual(['left']);
  await service.stop();
  expect(readdirSync(join(runFolder, 'tmp'))).toEqual([]);
});

test('the next run ends the processes that a killed one has left', async () => {
  const script = `
    import { supervise } from ${JSON.stringify(join(import.meta.dirname, 'supervise.ts'))};
    const logFile = ${JSON.stringify(join(runFolder, 'left.log'))};
    const { pid } = await supervise(
      { name: 'Left', command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], env: {}, cwd: '/', logFile },
      ${JSON.stringify(runFolder)});
    console.log(pid);
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (data) => resolve(Number(data))));
  const left = identify(pid);
  parent.kill('SIGKILL');
  expect(left && isRunning(left)).toBe(true);
  expect(await reapLeftovers(runFolder)).toEqual(['Left']);
  expect(left && isRunning(left)).toBe(false);
});
