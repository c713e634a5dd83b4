/** The process groups that a run has started, kept on disk so that the next start can end those that a crash left. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { familyOf, isRunning, listProcesses, type ProcessIdentity, signalProcess } from './processes.ts';
import { until } from './until.ts';

export interface RecordedProcess extends ProcessIdentity {
  readonly service: string;
}

const fileIn = (runFolder: string): string => join(runFolder, 'processes.json');

/** Synchronous, to keep the time short in which a SIGKILL would leave a process without an entry. */
export function recordProcess(runFolder: string, started: RecordedProcess): void {
  write(runFolder, [...readRecord(runFolder), started]);
}

/** If this fails, the entry harms nobody: who reads it looks whether the process still runs. */
export function forgetProcess(runFolder: string, ended: RecordedProcess): void {
  write(
    runFolder,
    readRecord(runFolder).filter(({ pid, started }) => pid !== ended.pid || started !== ended.started),
  );
}

export function readRecord(runFolder: string): RecordedProcess[] {
  try {
    return JSON.parse(readFileSync(fileIn(runFolder), 'utf8')) as RecordedProcess[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/**
 * Kills every recorded process that still runs, with all its descendants. Call it only when the run that recorded them is
 * known to be over.
 *
 * @returns the services whose processes were left
 */
export async function reapLeftovers(runFolder: string): Promise<string[]> {
  const processes = listProcesses();
  const left = readRecord(runFolder)
    .map((recorded) => ({ ...recorded, family: familyOf(recorded, processes) }))
    .filter(({ family }) => family.length > 0);
  const all = left.flatMap(({ family }) => family);
  for (const member of all) signalProcess(member, 'SIGKILL');
  await until(() => !all.some(isRunning), {
    what: `the processes left by an earlier run have ended: ${all.map(({ pid }) => pid).join(', ')}`,
    within: 60_000,
  });
  return left.map(({ service }) => service);
}

function write(runFolder: string, record: readonly RecordedProcess[]): void {
  const file = fileIn(runFolder);
  writeFileSync(`${file}.new`, JSON.stringify(record, null, 2), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
