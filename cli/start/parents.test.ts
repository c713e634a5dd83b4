import { expect, it } from 'vitest';
import type { Process } from '#localstack/processes/processes.ts';
import { isCaller, startersOf } from './parents.ts';

/** Each process is the parent of the next; the last is start itself. */
const chain = (...commands: string[]): Process[] =>
  commands.map((command, index) => ({ pid: index + 1, parent: index, group: 1, started: 't', command }));

const startersIn = (byNpm: boolean, ...commands: string[]) =>
  startersOf(commands.length, chain(...commands), byNpm).map(({ command }) => command);

it('npm start: the launcher and npm, and not the shell that npm was called from', () => {
  expect(startersIn(true, 'init', 'bash', 'npm run start', 'node', 'MainThread')).toEqual(['node', 'npm run start']);
});

it('npx tillstream start: npx too, behind the shell that outlives it', () => {
  const starters = ['node', 'sh', 'npm exec tillst'];
  expect(startersIn(true, 'init', 'bash', 'npm exec tillst', 'sh', 'node', 'MainThread')).toEqual(starters);
});

it('node start.mjs: the shell that called it, and none before', () => {
  expect(startersIn(false, 'init', 'sshd', '/bin/bash', 'node', 'MainThread')).toEqual(['node', '/bin/bash']);
});

it('a service manager, even as the first process of a container', () => {
  expect(startersIn(false, 'systemd', 'node', 'MainThread')).toEqual(['node', 'systemd']);
  expect(startersIn(false, 'node', 'MainThread')).toEqual(['node']);
});

it('notices that npm ended while the launcher installed packages, when the first process has taken its place', () => {
  const starters = startersOf(3, chain('init', 'node', 'MainThread'), true);
  expect(isCaller(starters, '4711')).toBe(false);
  expect(isCaller(starters, '1')).toBe(true);
  expect(isCaller(starters, undefined)).toBe(true);
});
