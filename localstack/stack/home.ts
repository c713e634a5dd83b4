/** The folder of a stack on this machine. Installed software stays; each run clears what the last one left. */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFolderOf } from '#adapters/repository.ts';
import { lockHolder, tryLock } from '../processes/lock.ts';
import { reapLeftovers } from '../processes/process-record.ts';
import type { ProcessIdentity } from '../processes/processes.ts';
import { removeDataFolder } from '../services/postgres-user.ts';

export interface ClaimedHome {
  /** Empty. */
  readonly runFolder: string;
  /** Kept between runs. */
  readonly installFolder: string;
  /** Services of an earlier run that were still running, and were ended. */
  readonly reaped: readonly string[];
  /** Removes the run's data, keeps its logs, and lets the next run start. */
  release(): void;
}

/** Marks a run folder, which may be deleted: TILLSTREAM_HOME could be any folder, even `/`, whose `run` must stay. */
const MARKER = '.tillstream-run';

const lockIn = (home: string): string => join(home, 'run.lock');

/** @returns the process whose run holds the home, also while it starts or stops */
export const runningIn = (home: string): ProcessIdentity | undefined => lockHolder(lockIn(home));

/**
 * Takes the home for this process: ends the processes that a crashed run left, and makes a new run folder.
 *
 * @throws if another run that is alive holds it, with its process id
 */
export async function claimHome(home: string): Promise<ClaimedHome> {
  mkdirSync(home, { recursive: true });
  const lock = tryLock(lockIn(home));
  if ('pid' in lock)
    throw new Error(
      `A stack is already running in ${home}, started by process ${lock.pid}. ` +
        `Stop it (Ctrl-C there, or npx tillstream stop), or set TILLSTREAM_HOME to another folder and choose other ports.`,
    );
  try {
    const runFolder = join(home, 'run');
    requireRunFolder(runFolder);
    const reaped = await reapLeftovers(runFolder);
    clear(runFolder, []);
    mkdirSync(runFolder, { recursive: true });
    writeFileSync(join(runFolder, MARKER), '');
    const release = (): void => {
      clear(runFolder, [MARKER, 'logs']);
      lock.release();
    };
    return { runFolder, installFolder: installFolderOf(home), reaped, release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function clear(runFolder: string, except: readonly string[]): void {
  removeDataFolder(join(runFolder, 'postgres'));
  if (!existsSync(runFolder)) return;
  for (const name of readdirSync(runFolder))
    if (!except.includes(name)) rmSync(join(runFolder, name), { recursive: true, force: true });
}

function requireRunFolder(folder: string): void {
  if (!existsSync(folder) || existsSync(join(folder, MARKER)) || readdirSync(folder).length === 0) return;
  throw new Error(`${folder} was not made by Tillstream and would be deleted: set TILLSTREAM_HOME to another folder.`);
}
