/** The folder of a stack on this machine. Installed software stays; each run clears what the last one left. */
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installFolderOf } from '#adapters/repository.ts';
import { type Holder, type Lock, lockHolder, tryLock } from '../processes/lock.ts';
import { reapLeftovers } from '../processes/process-record.ts';
import { until } from '../processes/until.ts';
import { removeDataFolder } from '../services/postgres-user.ts';
import { forgetKept, type KeptData, openKept } from './kept.ts';

export interface ClaimedHome {
  /** Empty. */
  readonly runFolder: string;
  /** Kept between runs. */
  readonly installFolder: string;
  /** The data that outlive the run, if any shall. */
  readonly kept: KeptData | undefined;
  /** Services of an earlier run that were still running, and were ended. */
  readonly reaped: readonly string[];
  /** Removes the run's data, keeps its logs, and lets the next run start. */
  release(): void;
}

/** Marks a run folder, which may be deleted: TILLSTREAM_HOME could be any folder, even `/`, whose `run` must stay. */
const MARKER = '.tillstream-run';

/** Stay when a run is over, for whoever wants to know how it went. */
const KEPT = [MARKER, 'logs'];

/** The purpose of a lock that is held only to remove what a killed run left. */
const CLEANING = 'cleaning';

const lockIn = (home: string): string => join(home, 'run.lock');
const runFolderIn = (home: string): string => join(home, 'run');

/** @returns the process whose run holds the home, also while it starts or stops */
export function runningIn(home: string): Holder | undefined {
  const holder = lockHolder(lockIn(home));
  return holder?.purpose === CLEANING ? undefined : holder;
}

/**
 * Takes the home for this process: ends the processes that a crashed run left, and makes a new run folder.
 *
 * @param keep whether the run goes on with the home's kept data
 * @throws if another run that is alive holds it, with its process id
 */
export async function claimHome(home: string, { keep = false } = {}): Promise<ClaimedHome> {
  const lock = await lockHome(home);
  try {
    const runFolder = runFolderIn(home);
    requireRunFolder(runFolder);
    const reaped = await reapLeftovers(runFolder);
    clear(runFolder, []);
    mkdirSync(runFolder, { recursive: true });
    // Data, logs and temporary files hold what customers bought; they are for who runs the stack alone.
    chmodSync(runFolder, 0o700);
    writeFileSync(join(runFolder, MARKER), '', { mode: 0o600 });
    const kept = keep ? openKept(home) : undefined;
    const release = (): void => {
      try {
        clear(runFolder, KEPT);
      } finally {
        lock.release();
      }
    };
    return { runFolder, installFolder: installFolderOf(home), kept, reaped, release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Ends the processes that a killed run left and removes its data, as it would have done itself.
 *
 * @param forget removes the home's kept data too
 * @returns the services that were ended
 * @throws if a run that is alive holds the home
 */
export async function cleanHome(home: string, { forget = false } = {}): Promise<readonly string[]> {
  const lock = await lockHome(home, CLEANING);
  try {
    requireRunFolder(runFolderIn(home));
    const reaped = await reapLeftovers(runFolderIn(home));
    clear(runFolderIn(home), KEPT);
    if (forget) forgetKept(home);
    return reaped;
  } finally {
    lock.release();
  }
}

/** Waits for who is cleaning, which takes seconds. */
async function lockHome(home: string, purpose?: string): Promise<Lock> {
  mkdirSync(home, { recursive: true });
  for (;;) {
    const lock = tryLock(lockIn(home), purpose);
    if ('release' in lock) return lock;
    if (lock.purpose !== CLEANING)
      throw new Error(
        `A stack is already running in ${home}, started by process ${lock.pid}. ` +
          `Stop it (Ctrl-C there, or npx tillstream stop), or set TILLSTREAM_HOME to another folder and choose other ports.`,
      );
    const what = `process ${lock.pid} has removed what a killed run left in ${home}`;
    await until(() => lockHolder(lockIn(home))?.pid !== lock.pid, { what, within: 120_000 });
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
