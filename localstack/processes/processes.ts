/** Finds and signals processes, to end a service with all its descendants and no other process. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Start time. Pids are reused; a pid together with its start time is not. */
  readonly started: string;
  /** "bash", or with its path; a program may rename itself. */
  readonly command: string;
  /** Seconds of processor time, its own and that of the children whose end it has seen; Linux says both. */
  readonly cpu?: number;
}

/** The unit of Linux's times, whatever the kernel's own is (proc_pid_stat(5), USER_HZ). */
const TICKS_A_SECOND = 100;

export type ProcessIdentity = Pick<Process, 'pid' | 'started'>;

/** All running processes, without zombies, which only wait for their parent to collect them. */
export function listProcesses(): Process[] {
  return process.platform === 'linux' ? linuxProcesses() : posixProcesses();
}

export function isRunning({ pid, started }: ProcessIdentity): boolean {
  return find(pid)?.started === started;
}

/** @returns undefined if no such process runs */
export function identify(pid: number): ProcessIdentity | undefined {
  const found = find(pid);
  return found && { pid, started: found.started };
}

function find(pid: number): Process | undefined {
  return process.platform === 'linux' ? linuxProcess(pid) : posixProcesses().find((each) => each.pid === pid);
}

/**
 * The members of the process group that `leader` founded and all their descendants, in whatever group: each PostgreSQL
 * backend, for example, makes a session of its own.
 *
 * The leader itself may have ended: the kernel reuses no pid that is the number of a group with members. So if another
 * process has the leader's pid, the group is gone.
 */
export function familyOf(leader: ProcessIdentity, processes: readonly Process[]): Process[] {
  if (processes.some(({ pid, started }) => pid === leader.pid && started !== leader.started)) return [];
  const family = new Set<number>();
  let grown = true;
  while (grown) {
    grown = false;
    for (const { pid, parent, group } of processes) {
      if (family.has(pid) || !(pid === leader.pid || group === leader.pid || family.has(parent))) continue;
      family.add(pid);
      grown = true;
    }
  }
  return processes.filter(({ pid }) => family.has(pid));
}

/** Sends the signal if this very process still runs. */
export function signalProcess(target: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(target)) return;
  try {
    process.kill(target.pid, signal);
  } catch (error) {
    // Ended between the look and the signal.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function linuxProcesses(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => linuxProcess(Number(name)) ?? []);
}

function linuxProcess(pid: number): Process | undefined {
  try {
    return parseLinuxStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Reads /proc/<pid>/stat (proc_pid_stat(5)); the command in parentheses may itself hold spaces and parentheses. */
export function parseLinuxStat(stat: string): Process | undefined {
  const commandEnd = stat.lastIndexOf(')');
  const command = stat.slice(stat.indexOf('(') + 1, commandEnd);
  const [state, parent, group, ...rest] = stat.slice(commandEnd + 2).split(' ');
  const started = rest[16];
  if (state === 'Z' || state === 'X' || !started) return undefined;
  const ticks = rest.slice(8, 12).reduce((sum, time) => sum + Number(time), 0);
  return {
    ...{ pid: Number.parseInt(stat, 10), parent: Number(parent), group: Number(group), started, command },
    cpu: ticks / TICKS_A_SECOND,
  };
}

function posixProcesses(): Process[] {
  const text = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat=,lstart=,comm='], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 64 << 20,
  });
  return text.split('\n').flatMap((line) => parsePsLine(line) ?? []);
}

export function parsePsLine(line: string): Process | undefined {
  const [pid, parent, group, state, ...words] = line.trim().split(/\s+/);
  // "Mon Nov 21 05:20:01 2025", then the command, which may have spaces.
  const started = words.slice(0, 5).join(' ');
  if (!pid || state?.startsWith('Z') || started === '') return undefined;
  const command = words.slice(5).join(' ');
  return { pid: Number(pid), parent: Number(parent), group: Number(group), started, command };
}
