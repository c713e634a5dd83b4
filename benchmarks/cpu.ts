/** CPU time of this and other processes, from Linux's /proc. */
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second of /proc: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU seconds of this process so far, over all threads. */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * CPU seconds of a process and all its children so far, including those that have ended. A reading can miss a child that ends
 * meanwhile, if its parent was read before it took over the child's time; since time only grows, the greater of two readings
 * has it.
 */
export const treeCpu = (pid: number): number => Math.max(readTree(pid), readTree(pid));

/** CPU seconds of a process alone so far; 0 if it has ended. */
export const processCpu = (pid: number): number => readStat(pid).reduce((sum, { own }) => sum + own, 0);

function readTree(pid: number): number {
  const processes = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? readStat(Number(name)) : []));
  const total = ({ pid: id, own, children }: Stat): number =>
    own + children + processes.filter(({ parent }) => parent === id).reduce((sum, child) => sum + total(child), 0);
  return processes.filter((stat) => stat.pid === pid).reduce((sum, stat) => sum + total(stat), 0);
}

/** CPU seconds of one process so far, and those of its children that have ended; undefined if it has ended. */
export const ownAndChildren = (pid: number): Pick<Stat, 'own' | 'children'> | undefined => readStat(pid)[0];

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly own: number;
  readonly children: number;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html; empty if the process has ended. */
function readStat(pid: number): Stat[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name is in parentheses and may contain anything, so fields are counted after it.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [PARENT, UTIME, STIME, CHILDREN_UTIME, CHILDREN_STIME] = [1, 11, 12, 13, 14];
    const seconds = (...places: number[]) => places.reduce((sum, field) => sum + (fields[field] ?? 0), 0) / TICKS;
    return [
      {
        pid,
        parent: fields[PARENT] ?? 0,
        own: seconds(UTIME, STIME),
        children: seconds(CHILDREN_UTIME, CHILDREN_STIME),
      },
    ];
  } catch {
    return [];
  }
}
