/** Runs a program that must not outlive this process: it ends by the signals that this process gets. */
import { type SpawnOptions, spawn } from 'node:child_process';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Its processes are a group of their own: so a signal of the terminal, which goes to this one's group, and a signal to this process
 * alone reach them in the same way, once, from here.
 *
 * @returns its exit code; null if a signal ended it
 */
export async function runToEnd(program: string, args: readonly string[], options: SpawnOptions = {}) {
  const child = spawn(program, args, { ...options, detached: true });
  const passOn = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
      process.kill(-child.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  try {
    return await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOn);
  }
}
