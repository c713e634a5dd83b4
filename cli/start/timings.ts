/** Where the time of a round goes: its phases, and the processor time of each service. */
import { join } from 'node:path';
import { type CpuTimes, cpuTimes } from '#localstack/processes/cpu-time.ts';
import { readRecord } from '#localstack/processes/process-record.ts';
import { listProcesses } from '#localstack/processes/processes.ts';
import { table } from '../table.ts';

export interface Timings {
  /** A phase that lasts as long as the work; phases may overlap. */
  during<T>(phase: string, work: Promise<T>): Promise<T>;
  /** A moment, counted from the start of the command. */
  reached(what: string): void;
  /** Of what was noted until now. */
  describe(): string;
}

export interface Meters {
  /** Seconds since the command was started. */
  readonly now: () => number;
  readonly cpu: () => CpuTimes | undefined;
}

interface Phase {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** Seconds of all processes meanwhile; of phases that overlap each has all. */
  readonly cpu: number | undefined;
}

/** The first phase is the start of the services; the table of processes tells it from what follows. */
export function openTimings({ now, cpu }: Meters): Timings {
  const phases: Phase[] = [];
  let started: CpuTimes | undefined;
  return {
    async during(name, work) {
      const [from, before] = [now(), totalOf(cpu())];
      try {
        return await work;
      } finally {
        const times = cpu();
        started ??= times;
        const after = totalOf(times);
        phases.push({ name, from, to: now(), cpu: after === undefined ? after : after - (before ?? 0) });
      }
    },
    reached(name) {
      phases.push({ name, from: 0, to: now(), cpu: totalOf(cpu()) });
    },
    describe() {
      const rows = phases
        .toSorted((a, b) => a.from - b.from || a.to - b.to)
        .map(({ name, from, to, cpu }) => [name, ...[from, to, to - from].map(Math.round), wholeOf(cpu)]);
      const listed = table(['phase', 'from s', 'to s', 'seconds', 'CPU s'], rows);
      const ended = cpu();
      return ended ? `${listed}\n\n${byProcess(started ?? {}, ended)}` : listed;
    },
  };
}

/** @param home of the stack that this process starts */
export const metersOf = (home: string): Meters => ({
  now: () => performance.now() / 1000,
  cpu: () => {
    const { user, system } = process.cpuUsage();
    const own = { pid: process.pid, seconds: (user + system) / 1e6 };
    return cpuTimes(readRecord(join(home, 'run')), listProcesses(), own);
  },
});

/** For who does not ask. */
export const noTimings: Timings = { during: (_, work) => work, reached() {}, describe: () => '' };

function byProcess(started: CpuTimes, ended: CpuTimes): string {
  const rows = Object.entries(ended)
    .map(([name, seconds]) => ({ name, before: started[name] ?? 0, after: seconds - (started[name] ?? 0) }))
    .toSorted((a, b) => b.after - a.after)
    .map(({ name, before, after }) => [name, Math.round(before), Math.round(after)]);
  const sums = [started, ended].map((times) => totalOf(times) ?? 0) as [number, number];
  const all = ['all', Math.round(sums[0]), Math.round(sums[1] - sums[0])];
  return table(['processes', 'CPU s until ready', 'CPU s since'], [...rows, all]);
}

const totalOf = (times: CpuTimes | undefined): number | undefined =>
  times && Object.values(times).reduce((sum, seconds) => sum + seconds, 0);

const wholeOf = (seconds: number | undefined): number | string => (seconds === undefined ? '' : Math.round(seconds));
