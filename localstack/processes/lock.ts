/** A lock between processes: a file that names its holder. A dead holder's lock is free. */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identify, isRunning, type ProcessIdentity } from './processes.ts';
import { until } from './until.ts';

export interface Lock {
  release(): void;
}

export interface Holder extends ProcessIdentity {
  /** What it holds the lock for, if it said so. */
  readonly purpose?: string;
}

/** @returns the lock, or the process that holds it */
export function tryLock(file: string, purpose?: string): Lock | Holder {
  const me: Holder = { ...(identify(process.pid) as ProcessIdentity), ...(purpose && { purpose }) };
  // Linked into place, so that other processes never see the file without its content.
  const mine = `${file}.${process.pid}.${crypto.randomUUID()}`;
  writeFileSync(mine, JSON.stringify(me));
  try {
    for (;;) {
      if (link(mine, file)) return { release: () => rmSync(file, { force: true }) };
      const holder = holderIn(file);
      if (holder && isRunning(holder)) return holder;
      if (holder) removeStale(file);
    }
  } finally {
    rmSync(mine);
  }
}

/** @returns the process that holds the lock, if it is held */
export function lockHolder(file: string): Holder | undefined {
  const holder = holderIn(file);
  return holder && isRunning(holder) ? holder : undefined;
}

export interface LockOptions {
  /** Milliseconds before it times out. */
  readonly within: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once, if it has to wait. */
  onWait(holder: Holder): void;
}

/**
 * Waits for the lock while its holder lives.
 *
 * @throws at once if the lock's folder cannot be written to
 */
export async function lock(file: string, { within, signal, onWait }: LockOptions): Promise<Lock> {
  const first = tryLock(file);
  if ('release' in first) return first;
  onWait(first);
  return until(
    () => {
      const got = tryLock(file);
      return 'release' in got && got;
    },
    { what: `the lock ${file} is free`, within, signal, every: 200 },
  );
}

/** Two processes may find the same lock stale; the slower must not remove the new lock of the faster. */
function removeStale(file: string): void {
  const aside = `${file}.stale.${crypto.randomUUID()}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = holderIn(aside);
  if (moved && isRunning(moved)) link(aside, file);
  rmSync(aside);
}

function holderIn(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`Expected a lock, JSON with pid and start time, in ${file}; delete it.`, { cause: error });
  }
}

/** @returns false if `target` exists already */
function link(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
