/** Installing something once per machine: kept between runs, redone if it was left half done, by one process at a time. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lock } from '../processes/lock.ts';
import type { StartContext } from '../processes/service.ts';

/** What an installer needs to know of the start that it serves. */
export type InstallContext = Pick<StartContext, 'installFolder' | 'report' | 'signal'>;

/** The longest that one may wait for another start's install of the same thing: a slow network has to do. */
const INSTALL_WITHIN = 30 * 60_000;

/** Most of an install is downloads, which may fail once. */
const ATTEMPTS = 2;

/**
 * Makes sure that `folder` holds a finished install. The folder's name must change with what is in it (a version, the
 * hash of a lock file), for a finished install is never looked into again.
 *
 * @param build fills the folder, which is empty; is called once more when it throws, and what it left behind is removed
 * @returns the folder
 */
export async function installOnce(
  folder: string,
  { report, signal }: Pick<InstallContext, 'report' | 'signal'>,
  build: (folder: string) => Promise<void>,
): Promise<string> {
  const marker = join(folder, '.complete');
  if (existsSync(marker)) return folder;

  mkdirSync(dirname(folder), { recursive: true });
  const held = await lock(`${folder}.lock`, {
    within: INSTALL_WITHIN,
    signal,
    onWait: ({ pid }) => report(`waits for process ${pid}, which is installing the same`),
  });
  try {
    if (existsSync(marker)) return folder;
    for (let attempt = 1; ; attempt++) {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      try {
        await build(folder);
        writeFileSync(marker, '');
        return folder;
      } catch (error) {
        if (attempt === ATTEMPTS || signal?.aborted) throw error;
        report(`tries once more, since: ${(error as Error).message.split('\n', 1)}`);
      }
    }
  } finally {
    held.release();
  }
}
