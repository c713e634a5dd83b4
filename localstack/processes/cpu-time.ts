/** The processor time that the processes of a run have taken. */
import type { RecordedProcess } from './process-record.ts';
import { familyOf, type Process } from './processes.ts';

/** Seconds by name. */
export type CpuTimes = Readonly<Record<string, number>>;

/** What does not last: jobs, and whatever the installation and the deployment run. */
export const PROGRAMS = 'Spark jobs and programs that ended';

/**
 * Of each recorded service with all its processes, of this process, and of the programs that it has started and seen end.
 *
 * @param own this process: its pid and the seconds that it has taken without its children
 * @returns undefined where the system doesn't say it of others, as macOS
 */
export function cpuTimes(
  record: readonly RecordedProcess[],
  processes: readonly Process[],
  own: { readonly pid: number; readonly seconds: number },
): CpuTimes | undefined {
  const withChildren = processes.find(({ pid }) => pid === own.pid)?.cpu;
  if (withChildren === undefined) return undefined;
  const times: Record<string, number> = {
    'npm start': own.seconds,
    [PROGRAMS]: Math.max(withChildren - own.seconds, 0),
  };
  for (const leader of record) {
    const name = leader.service.startsWith('Spark ') ? PROGRAMS : leader.service;
    times[name] = familyOf(leader, processes).reduce((sum, { cpu = 0 }) => sum + cpu, times[name] ?? 0);
  }
  return times;
}
