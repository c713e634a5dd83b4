/**
 * PostgreSQL refuses data whose lock file names a process that answers signals. After SIGKILL that may be a dead server which
 * nobody has collected yet, or by now another program with its number.
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { listProcesses } from '../processes/processes.ts';

/** Removes the lock of a server that is no more. Only for who holds the home: then nobody else starts one on its data. */
export function removeDeadLock(data: string): void {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return;
  const holder = Number.parseInt(readFileSync(file, 'utf8'), 10);
  const isAlive = listProcesses().some(({ pid, command }) => pid === holder && command.includes('postgres'));
  if (!isAlive) rmSync(file);
}
