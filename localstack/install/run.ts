/** Runs an installer's command to its end. */
import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/**
 * @returns what it wrote to stdout
 * @throws with the end of what it wrote to both outputs if it cannot be started or its exit code is not 0
 */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { uid, gid, ...rest } = options;
  const user = uid === undefined || gid === undefined ? {} : { uid, gid };
  const child = spawn(command, args, { ...rest, ...user, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let both = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    both += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    both += text;
  });
  const code = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`${command} could not be run: ${cause.message}`, { cause })));
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal));
  });
  if (code === 0) return stdout;
  const end = both.trimEnd().split('\n').slice(-20).join('\n');
  throw new Error(`${[command, ...args].join(' ')} ended with ${code}:\n${end}`);
}
