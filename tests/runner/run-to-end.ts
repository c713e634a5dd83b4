/** Runs a program that must not outlive this process: it ends by the signals that this process gets. */
import { type SpawnOptions, spawn } from 'node:child_process';
import { listProcesses } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Its processes are a group of their own: so a signal of the terminal, which goes to this one's group, and a signal to this process
 * alone reach them in the same way, once, from here. Those that outlive a program that was told to end are killed.
 *
 * @returns its exit code; null if a signal ended it
 */
export async function runToEnd(program: string, args: readonly string[], options: SpawnOptions = {}) {
  const child = spawn(program, args, { ...options, detached: true });
  let told = false;
  const passOn = (signal: NodeJS.Signals) => {
    told = true;
    signalGroup(child.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, passOn);
  try {
    return await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, passOn);
    if (told) {
      signalGroup(child.pid, 'SIGKILL');
      // A signal 0 would reach zombies too, which stay where the process with id 1 collects none, as in some containers.
      const isLeft = () => listProcesses().some(({ group }) => group === child.pid);
      await until(() => !isLeft(), { what: `the processes of ${program} have ended`, within: 60_000 });
    }
  }
}

/** Does nothing if the group has no members any more. */
function signalGroup(leader: number | undefined, signal: NodeJS.Signals): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
