/** One child process in a process group of its own: logged, recorded, watched, and ended with all its descendants. */
import { spawn } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { boundLog } from './bounded-log.ts';
import { logTail } from './log-tail.ts';
import { forgetProcess, recordProcess } from './process-record.ts';
import { familyOf, identify, listProcesses, type Process, signalProcess } from './processes.ts';
import type { RunningService } from './service.ts';
import { until } from './until.ts';

export interface Command {
  /** Name of the service, for messages and the record of processes. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment, but for TMPDIR; nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Both outputs are appended to it. */
  readonly logFile: string;
  /** If set, stderr goes to this file instead. */
  readonly errorFile?: string;
  /** What else is written to while it runs, by appending; they are bounded as its own logs are. */
  readonly otherLogs?: readonly string[];
  /** Run as this user; only root may. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined;
  /** The signal that asks for an orderly end (SIGTERM). */
  readonly stopSignal?: NodeJS.Signals;
  /** Milliseconds granted to an orderly end (5,000). */
  readonly grace?: number;
}

const TIDY_EVERY_MS = 1_000;

export interface SupervisedProcess extends RunningService {
  readonly pid: number;
  readonly logFile: string;
  /** Exit code of the command, or the signal that ended it, whether it was asked to end or not. */
  readonly exit: Promise<number | NodeJS.Signals>;
}

/**
 * A service's own folder for temporary files, its TMPDIR: the system's is shared with other users, and survives the run. It is
 * missing if the disk is full, on which a service may still do its work.
 */
export function temporaryFolder(runFolder: string, service: string, user?: Command['user']): string {
  const folder = join(runFolder, 'tmp', service.toLowerCase().replaceAll(' ', '-'));
  attempt(() => {
    mkdirSync(folder, { recursive: true });
    if (user) chownSync(folder, user.uid, user.gid);
  });
  return folder;
}

/**
 * What is done to files beside a service must not keep it from starting or ending: nothing can be written on a full disk, and
 * some file systems then remove nothing either. The next run clears the folder.
 */
function attempt(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts the command and watches it. `failed` rejects when the process ends without `stop` or `kill` having been
 * called, even if its descendants still run; those are then killed.
 *
 * @param runFolder where the process is recorded until it has ended, as soon as that can be written
 * @throws if the command cannot be started at all
 */
export async function supervise(command: Command, runFolder: string): Promise<SupervisedProcess> {
  const { name, logFile, stopSignal = 'SIGTERM', grace = 5_000 } = command;
  const temporary = temporaryFolder(runFolder, name, command.user);
  const removeTemporary = () => attempt(() => rmSync(temporary, { recursive: true, force: true }));
  const child = launch(command, temporary);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) => reject(new Error(`${name} could not be started: ${cause.message}`, { cause })));
  }).catch((error) => {
    removeTemporary();
    throw error;
  });
  const pid = child.pid as number;
  const identity = { service: name, pid, started: identify(pid)?.started ?? 'ended at once' };

  const seen = new Map<string, Process>();
  let asked = false;
  let ending: Promise<void> | undefined;

  /** All running members of the family. Members seen once are followed even after their parent has ended. */
  const alive = (): Process[] => {
    const processes = listProcesses();
    for (const member of familyOf(identity, processes)) seen.set(`${member.pid} ${member.started}`, member);
    return processes.filter((each) => seen.has(`${each.pid} ${each.started}`));
  };
  const gone = (within: number) =>
    until(() => alive().length === 0, { what: `all processes of ${name} have ended`, within, every: 25 });
  const killAll = (): void => {
    for (const member of alive()) signalProcess(member, 'SIGKILL');
  };
  const force = async (): Promise<void> => {
    killAll();
    await gone(60_000); // The kernel takes its time to end them.
  };
  const end = async (orderly: boolean): Promise<void> => {
    alive();
    if (orderly && signalGroup(pid, stopSignal)) await gone(grace).catch(() => {});
    await force();
    // Until it is collected, a dead leader still answers a signal 0: PostgreSQL would take its lock file for a live server's.
    await exit;
    process.off('exit', killAll);
    clearInterval(tidying);
    removeTemporary();
    attempt(() => forgetProcess(runFolder, identity));
  };
  /** If it fails, whoever calls next tries again. */
  const endOnce = (orderly: boolean): Promise<void> => {
    asked = true;
    ending ??= end(orderly).catch((error) => {
      ending = undefined;
      throw error;
    });
    return ending;
  };

  const exit = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0));
  });

  process.on('exit', killAll); // If this process dies of an error, nothing else would end them.
  let recorded = false;
  const tidy = (): void => {
    if (!recorded) recorded = attempt(() => recordProcess(runFolder, identity));
    attempt(() => boundLogs(command));
  };
  const tidying = setInterval(tidy, TIDY_EVERY_MS).unref();
  tidy();

  const failed = new Promise<never>((_, reject) => {
    child.once('exit', (code, signal) => {
      if (asked) return;
      endOnce(false).catch(() => {}); // What ended it comes first; who stops it hears of this.
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      reject(new Error(`${name} ${how}. The end of its log ${logFile}:\n${logTail(logFile) || '(empty)'}`));
    });
  });
  failed.catch(() => {}); // A rejection without a listener is fine: a service may fail while another's failure is being handled.

  return {
    name,
    pid,
    pids: [pid],
    logFile,
    exit,
    failed,
    stop: () => endOnce(true),
    kill: () => {
      if (ending) killAll(); // Cuts short the grace of a stop that is under way.
      return endOnce(false);
    },
  };
}

function boundLogs({ logFile, errorFile = logFile, otherLogs = [] }: Command): void {
  for (const file of new Set([logFile, errorFile, ...otherLogs])) boundLog(file);
}

function launch({ command, args, env, cwd, logFile, errorFile = logFile, user }: Command, temporary: string) {
  const [output, error] = [logFile, errorFile].map((file) => {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, 'a', 0o600);
  }) as [number, number];
  try {
    return spawn(command, args, {
      ...{ env: { TMPDIR: temporary, ...env }, cwd, detached: true, stdio: ['ignore', output, error] },
      ...user,
    });
  } finally {
    closeSync(output);
    closeSync(error);
  }
}

/** @returns false if the group has no process any more */
function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(-leader, signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
