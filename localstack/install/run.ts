/** Runs an installer's command to its end. */
import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Ends the command and its children; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How it ends them; SIGTERM if absent. */
  readonly endBy?: NodeJS.Signals;
}

/**
 * @returns its output, stdout and stderr in the order they came
 * @throws with the end of its output, if it cannot be started or its exit code is not 0
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { signal, endBy = 'SIGTERM', ...rest } = options;
  signal?.throwIfAborted();
  // With a signal, in a process group of its own, so that its children end with it; without one, Ctrl-C must still reach it.
  const child = spawn(command, args, { ...rest, detached: signal !== undefined, stdio: ['ignore', 'pipe', 'pipe'] });
  const giveUp = () => child.pid && signalGroup(child.pid, endBy);
  signal?.addEventListener('abort', giveUp);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  const end = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`${command} could not be run: ${cause.message}`, { cause })));
    child.once('close', (code, killedBy) => resolve(code ?? killedBy));
  }).finally(() => signal?.removeEventListener('abort', giveUp));
  signal?.throwIfAborted();
  if (end === 0) return output;
  const lastLines = output.trimEnd().split('\n').slice(-20).join('\n');
  throw new Error(`${[command, ...args].join(' ')} ended with ${end}:\n${lastLines}`);
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    // It has ended; a process that left the group still holds its outputs open.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
