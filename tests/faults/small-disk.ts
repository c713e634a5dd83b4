/**
 * A disk of some megabytes that can be full: a tmpfs in a mount namespace of its own, so that it goes with its process and no other
 * one finds it. Linux lets root make one, and others where they may make a user namespace.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStrike } from './cannot-strike.ts';

/** The least that a tmpfs gives. */
const PAGE = 4_096;

export interface SmallDisk {
  /** A path by which everybody who may read the owner's files reaches it. */
  readonly folder: string;
  /** Leaves no byte free. */
  fill(): void;
  makeSpace(): void;
  /** Removes it, with all that is on it. */
  remove(): Promise<void>;
}

/**
 * @param where a folder that doesn't exist yet; it becomes an empty one that hides the disk from everybody else
 * @param owner who may use it; by default this process's user
 * @throws `CannotStrike` if this machine can't
 */
export async function makeSmallDisk(
  where: string,
  megabytes: number,
  owner?: { readonly uid: number; readonly gid: number },
): Promise<SmallDisk> {
  mkdirSync(where, { recursive: true });
  const { uid, gid } = owner ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const isRoot = process.getuid?.() === 0;
  const options = `size=${megabytes}m,mode=0700${isRoot ? `,uid=${uid},gid=${gid}` : ''}`;
  // The owner finds it only through a process of its own.
  const asOwner = isRoot ? `setpriv --reuid=${uid} --regid=${gid} --clear-groups` : '';
  const script = `mount -t tmpfs -o ${options} tillstream "$1" && exec ${asOwner} sh -c 'echo mounted; exec cat'`;
  const holder = spawn(
    'unshare',
    [...(isRoot ? [] : ['--user', '--map-root-user']), '--mount', 'sh', '-c', script, 'sh', where],
    { stdio: ['pipe', 'pipe', 'pipe'], cwd: '/' }, // It ends with its standard input, so never later than this process.
  );
  const errors: Buffer[] = [];
  holder.stderr.on('data', (chunk) => errors.push(chunk));
  const ended = once(holder, 'close').catch(() => undefined);
  const mounted = once(holder.stdout, 'data').then(() => true);
  const isMounted = await Promise.race([mounted, ended.then(() => false)]);
  if (!isMounted)
    throw new CannotStrike(
      `This machine makes no small disk: expected unshare and mount to work for root or in a user namespace, got "${Buffer.concat(errors).toString().trim()}".`,
    );
  const folder = `/proc/${holder.pid}/root${where}`;
  const filler = join(folder, 'filler');
  return {
    folder,
    fill() {
      for (const bytes of [1 << 20, PAGE])
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(bytes));
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        }
    },
    makeSpace: () => rmSync(filler, { force: true }),
    async remove() {
      holder.kill('SIGKILL');
      await ended;
      rmSync(where, { recursive: true, force: true });
    },
  };
}
