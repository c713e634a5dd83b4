/** Archives of Java classes, from which a JVM starts in little more than half the processor time. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SupervisedProcess } from '../processes/supervise.ts';
import { type InstallContext, installOnce } from './once.ts';
import { run } from './run.ts';

/** Milliseconds for a JVM to write its archive when it ends: seconds on an idle machine. */
export const ARCHIVED_WITHIN = 240_000;

/** Says nothing of classes that it can't archive, nor of an archive that it can't use. */
const SILENT = ['-Xlog:cds=off', '-Xlog:cds+dynamic=off'];

/**
 * Makes the archive once, of a run that serves nobody (class data sharing,
 * https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html). Nothing depends on it: a JVM ignores an archive that is
 * missing, damaged, or of another Java or class path.
 *
 * @param installed the folder that has the class path
 * @param rehearse runs the program with these options of Java until it has ended in good order
 * @returns options of Java
 * @throws only if the signal aborts
 */
export async function classArchive(
  installed: string,
  context: InstallContext,
  rehearse: (options: readonly string[]) => Promise<unknown>,
): Promise<string[]> {
  const java = createHash('sha256')
    .update(await run('java', ['-version']))
    .digest('hex');
  const folder = await installOnce(`${installed}-classes-${java.slice(0, 8)}`, context, async (target) => {
    context.report('installing an archive of its classes');
    try {
      await rehearse([`-XX:ArchiveClassesAtExit=${archiveIn(target)}`, ...SILENT]);
    } catch (error) {
      context.signal?.throwIfAborted();
      context.report(`goes on without an archive of its classes: ${(error as Error).message.split('\n', 1)}`);
    }
  });
  const file = archiveIn(folder);
  return existsSync(file) ? [`-XX:SharedArchiveFile=${file}`, ...SILENT] : [];
}

const archiveIn = (folder: string): string => join(folder, 'classes.jsa');

/** Ends a service that was started for its archive. Kills it if the signal aborts: a stack stops within 10 s. */
export async function endRehearsal(
  service: Pick<SupervisedProcess, 'stop' | 'kill'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const hurry = () => service.kill().catch(() => {});
  signal?.addEventListener('abort', hurry);
  await (signal?.aborted ? service.kill() : service.stop()).finally(() => signal?.removeEventListener('abort', hurry));
  signal?.throwIfAborted();
}
