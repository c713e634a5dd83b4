import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import {
  familyOf,
  identify,
  isRunning,
  listProcesses,
  type Process,
  parseLinuxStat,
  parsePsLine,
} from './processes.ts';

const leader = { pid: 20, started: 't' };
const one = (pid: number, parent: number, group: number): Process => ({
  ...{ pid, parent, group, started: 't', command: 'x' },
});

test('a family is the group and every descendant, in whatever group and order they are listed', () => {
  const processes = [one(31, 30, 31), one(30, 20, 30), one(20, 1, 20), one(21, 1, 20), one(40, 1, 40), one(41, 40, 40)];
  expect(familyOf(leader, processes).map(({ pid }) => pid)).toEqual([31, 30, 20, 21]);
});

test('members of a group are found when their leader is gone', () => {
  expect(familyOf(leader, [one(21, 1, 20), one(22, 21, 22)]).map(({ pid }) => pid)).toEqual([21, 22]);
});

test('a later process with the same pid is not in the family', () => {
  expect(familyOf({ pid: 20, started: 'before' }, [one(20, 1, 20), one(21, 20, 20)])).toEqual([]);
});

test('a command with spaces and parentheses does not shift the fields of /proc/<pid>/stat', () => {
  const tail = 'S 7 6 5 0 -1 4194304 101 0 0 0 120 3 400 2 20 0 1 0 127302 2998272';
  expect(parseLinuxStat(`42 (a) Z (b ) ${tail}`)).toEqual({
    ...{ pid: 42, parent: 7, group: 6, started: '127302', command: 'a) Z (b ', cpu: 5.25 },
  });
  expect(parseLinuxStat(`42 (a) ${tail.replace('S', 'Z')}`)).toBeUndefined();
});

test('a line of ps is read, a zombie left out', () => {
  const line = '  501     1   501 Ss   Mon Nov 21 05:20:01 2025     /bin/my sh';
  const started = 'Mon Nov 21 05:20:01 2025';
  expect(parsePsLine(line)).toEqual({ pid: 501, parent: 1, group: 501, started, command: '/bin/my sh' });
  expect(parsePsLine(line.replace('Ss', 'Z+'))).toBeUndefined();
  expect(parsePsLine('')).toBeUndefined();
});

test('this machine: a child is known by pid and start time until it ends', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true });
  await once(child, 'spawn');
  const identity = identify(child.pid ?? 0);
  expect(identity).toBeDefined();
  expect(identity && isRunning(identity)).toBe(true);
  expect(isRunning({ pid: child.pid ?? 0, started: 'another time' })).toBe(false);
  expect(identity && familyOf(identity, listProcesses())).toHaveLength(1);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(identity && isRunning(identity)).toBe(false);
});
