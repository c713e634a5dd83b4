/** Notices that whoever called `npm start` has gone, by a signal that none of the processes between hands on, such as SIGKILL. */
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, listProcesses, type Process } from '#localstack/processes/processes.ts';

const EVERY_MS = 1_000;

/** Resolves when one of the processes that this one was started by has ended; never without such processes. */
export async function parentGone(signal: AbortSignal): Promise<void> {
  const { npm_command, TILLSTREAM_CALLER } = process.env;
  const parents = startersOf(process.pid, listProcesses(), npm_command !== undefined);
  if (parents.length === 0) return new Promise(() => {});
  if (!isCaller(parents, TILLSTREAM_CALLER)) return;
  while (parents.every(isRunning)) await delay(EVERY_MS, undefined, { signal, ref: false });
}

/**
 * Whether the launcher still has the parent that it began with: it may first have installed packages for a minute.
 *
 * @param caller the pid that the launcher noted, if it did
 */
export const isCaller = ([launcher]: readonly Process[], caller: string | undefined): boolean =>
  launcher === undefined || caller === undefined || launcher.parent === Number(caller);

/**
 * The launcher (cli/launch.mjs) and who called it: npm, or a shell. `npx` calls through a shell that doesn't end with it, so
 * under npm, a shell's parent counts too. Not those before: a step of a CI job may start a stack for the next.
 */
export function startersOf(pid: number, processes: readonly Process[], byNpm: boolean): Process[] {
  const parentOf = (child: Process | undefined) => processes.find((each) => each.pid === child?.parent);
  const launcher = parentOf(processes.find((each) => each.pid === pid));
  const caller = parentOf(launcher);
  const npm = byNpm && caller && /^(.*\/)?(ba|da|a|k|z)?sh$/.test(caller.command) ? parentOf(caller) : undefined;
  return [launcher, caller, npm].filter((each) => each !== undefined);
}
