import { expect, test } from 'vitest';
import { cpuTimes, PROGRAMS } from './cpu-time.ts';
import type { Process } from './processes.ts';

const one = (pid: number, parent: number, group: number, cpu?: number): Process => ({
  ...{ pid, parent, group, started: 't', command: 'x' },
  ...(cpu !== undefined && { cpu }),
});
const service = (name: string, pid: number) => ({ service: name, pid, started: 't' });

test('a service has the time of all its processes, a job that runs that of the jobs that ended', () => {
  const processes = [one(1, 0, 1, 9), one(2, 1, 2, 3), one(3, 2, 3, 4), one(4, 1, 4, 5), one(5, 1, 5, 100)];
  const record = [service('Kafka', 2), service('Spark job 007', 4)];
  expect(cpuTimes(record, processes, { pid: 1, seconds: 2 })).toEqual({ 'npm start': 2, Kafka: 7, [PROGRAMS]: 12 });
});

test('nothing is said where the system says nothing', () => {
  expect(cpuTimes([], [one(1, 0, 1)], { pid: 1, seconds: 2 })).toBeUndefined();
});
