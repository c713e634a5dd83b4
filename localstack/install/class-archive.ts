/** Archives of Java classes, from which a JVM starts in little more than half the processor time. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { SupervisedProcess } from '../processes/supervise.ts';
import { type InstallContext, installOnce } from './once.ts';
import { run } from './run.ts';

/** Milliseconds for a JVM to write its archive when it ends: seconds on an idle machine. */
export const ARCHIVED_WITHIN = 240_000;

/** Milliseconds until a rehearsal that failed is tried again: a Java that makes no archive would else cost it at each start. */
const AGAIN_AFTER = 24 * 3_600_000;

/** Says nothing of classes that it can't archive, nor of an archive that it can't use. */
const SILENT = ['-Xlog:cds=off', '-Xlog:cds+dynamic=off'];

/**
 * Runs the program with these options of Java until it has ended in good order.
 *
 * @param temporary an empty folder, which goes with the rehearsal
 */
type Rehearse = (options: readonly string[], temporary: string) => Promise<unknown>;

/**
 * Makes the archive once, of a run that serves nobody (class data sharing,
 * https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html). Nothing depends on it: a JVM ignores an archive that is
 * missing, damaged, or of another Java or class path.
 *
 * @param installed the folder that has the class path
 * @param java what the program is run with; the one of this process's PATH if absent
 * @returns options of Java, none if there is no archive
 * @throws only if the signal aborts
 */
export async function classArchive(
  installed: string,
  context: InstallContext,
  rehearse: Rehearse,
  java = 'java',
): Promise<string[]> {
  try {
    const folder = `${installed}-classes-${await versionOf(java)}`;
    if (hasFailed(folder)) return [];
    const make = (target: string) => makeArchive(target, context, rehearse);
    await installOnce(folder, context, make, 1).catch((error: Error) => {
      if (!context.signal?.aborted) writeFileSync(failureOf(folder), error.message);
      throw error;
    });
    removeOthers(installed, folder);
    return [`-XX:SharedArchiveFile=${archiveIn(folder)}`, ...SILENT];
  } catch (error) {
    context.signal?.throwIfAborted();
    context.report(`goes on without an archive of its classes: ${(error as Error).message.split('\n', 1)}`);
    return [];
  }
}

/** With the environment that services have: others' JAVA_TOOL_OPTIONS would be in the answer. */
async function versionOf(java: string): Promise<string> {
  const { PATH, JAVA_HOME } = process.env;
  const answer = await run(java, ['-version'], { env: { PATH, JAVA_HOME } });
  return createHash('sha256').update(answer).digest('hex').slice(0, 8);
}

async function makeArchive(target: string, { report }: InstallContext, rehearse: Rehearse): Promise<void> {
  report('installing an archive of its classes');
  const temporary = join(target, 'rehearsal');
  mkdirSync(temporary);
  await rehearse([`-XX:ArchiveClassesAtExit=${archiveIn(target)}`, ...SILENT], temporary);
  rmSync(temporary, { recursive: true, force: true });
  if (!existsSync(archiveIn(target))) throw new Error('Expected Java to write one when it ended, it wrote none.');
}

const archiveIn = (folder: string): string => join(folder, 'classes.jsa');
const failureOf = (folder: string): string => `${folder}.failed`;

const hasFailed = (folder: string): boolean =>
  Date.now() - (statSync(failureOf(folder), { throwIfNoEntry: false })?.mtimeMs ?? 0) < AGAIN_AFTER;

/** Those of a Java that this machine had before. */
function removeOthers(installed: string, folder: string): void {
  const prefix = `${basename(installed)}-classes-`;
  const isOne = (name: string) => name.startsWith(prefix) && /^[0-9a-f]{8}(\.failed)?$/.test(name.slice(prefix.length));
  for (const name of readdirSync(dirname(installed)))
    if (isOne(name) && !name.startsWith(basename(folder)))
      rmSync(join(dirname(installed), name), { recursive: true, force: true });
}

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
