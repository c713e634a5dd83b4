/** What the processes of a running stack have used so far, by service, from Linux's /proc. */
import { readFileSync } from 'node:fs';
import { readRecord } from '#localstack/processes/process-record.ts';
import { familyOf, listProcesses } from '#localstack/processes/processes.ts';
import { ownAndChildren } from '../cpu.ts';

export interface Usage {
  readonly service: string;
  readonly processes: number;
  /** CPU seconds since the processes started, with those of children that have ended. */
  readonly cpuSeconds: number;
  /** Megabytes: the memory that only they have, and their shares of what is shared; undefined if another user's. */
  readonly pss: number | undefined;
  /** Megabytes: the most that any one of them has had since it started. */
  readonly peak: number;
}

/** What the children of these services are, where that is another thing to pay for. */
const CHILDREN: Readonly<Record<string, string>> = {
  LocalStack: 'functions',
  'Airflow scheduler': 'Airflow workers and tasks',
};

/** @param pid the process that runs the stack */
export function readUsage(pid: number, runFolder: string): Usage[] {
  const processes = listProcesses();
  const leaders = readRecord(runFolder).filter(({ pid, started }) =>
    processes.some((each) => each.pid === pid && each.started === started),
  );
  const services = leaders.flatMap((leader) => {
    const members = familyOf(leader, processes).map(({ pid }) => pid);
    const children = members.filter((pid) => pid !== leader.pid);
    const name = CHILDREN[leader.service];
    // What has ended under a leader is its children's.
    return name === undefined
      ? [usage(leader.service, [leader.pid, ...children], endedUnder(leader.pid))]
      : [usage(leader.service, [leader.pid], 0), usage(name, children, endedUnder(leader.pid))];
  });
  // The services are its children too. Those that have ended were Spark's jobs, or a service that was started again.
  return [usage('npm start', [pid], 0), usage('Spark jobs that have ended', [], endedUnder(pid)), ...services];
}

/** A job, or the JVM that the last one has left for the next: when that ends, all that it has ever used counts at once. */
export const runsSpark = (runFolder: string): boolean =>
  readRecord(runFolder).some(({ service }) => service.startsWith('Spark '));

const endedUnder = (pid: number): number => ownAndChildren(pid)?.children ?? 0;

function usage(service: string, pids: readonly number[], ended: number): Usage {
  const own = pids.map((pid, index) => {
    const times = ownAndChildren(pid);
    return (times?.own ?? 0) + (index > 0 ? (times?.children ?? 0) : 0);
  });
  const shares = pids.map((pid) => megabytes(`/proc/${pid}/smaps_rollup`, 'Pss'));
  return {
    service,
    processes: pids.length,
    cpuSeconds: ended + own.reduce((sum, seconds) => sum + seconds, 0),
    pss: shares.some((share) => share === undefined)
      ? undefined
      : shares.reduce((sum, mb) => (sum ?? 0) + (mb ?? 0), 0),
    peak: Math.max(0, ...pids.map((pid) => megabytes(`/proc/${pid}/status`, 'VmHWM') ?? 0)),
  };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_smaps.5.html; undefined if it may not be read, or the process has ended. */
function megabytes(file: string, field: string): number | undefined {
  try {
    const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(file, 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}
