/** Installs something once per machine: keeps it between runs, redoes a half-finished install, one process at a time. */
import { existsSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lock } from '../processes/lock.ts';
import type { StartContext } from '../processes/service.ts';

/** The part of a start's context that installers need. */
export type InstallContext = Pick<StartContext, 'installFolder' | 'report' | 'signal'>;

/** Timeout of waiting for another process that installs the same; enough for a slow network. */
const INSTALL_WITHIN = 30 * 60_000;

/** Most of an install is downloads, which fail now and then. */
const ATTEMPTS = 2;

/**
 * Makes sure that `folder` holds a finished install. The folder's name must change with its content (a version, the hash
 * of a lock file), since a finished install is never checked again.
 *
 * @param build fills the empty folder; if it throws, the folder is emptied and it is called once more, unless `attempts` says otherwise
 * @returns the folder
 */
export async function installOnce(
  folder: string,
  { report, signal }: Pick<InstallContext, 'report' | 'signal'>,
  build: (folder: string) => Promise<void>,
  attempts = ATTEMPTS,
): Promise<string> {
  const marker = join(folder, '.complete');
  if (existsSync(marker)) return folder;

  mkdirSync(dirname(folder), { recursive: true });
  const held = await lock(`${folder}.lock`, {
    within: INSTALL_WITHIN,
    signal,
    onWait: ({ pid }) => report(`waiting for process ${pid}, which is installing the same`),
  });
  try {
    if (existsSync(marker)) return folder;
    for (let attempt = 1; ; attempt++) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      try {
        // Programs may note where they lie, as Python's do, and a link that leads here may be gone before them.
        await build(realpathSync(folder));
        writeFileSync(marker, '');
        return folder;
      } catch (error) {
        if (attempt === attempts || signal?.aborted) throw error;
        report(`trying once more after: ${(error as Error).message.split('\n', 1)}`);
      }
    }
  } finally {
    held.release();
  }
}
