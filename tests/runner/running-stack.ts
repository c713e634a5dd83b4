/** Finds the stack of a running `npm start`. */
import { join } from 'node:path';
import { isAlive, readStatus } from '#localstack/stack/status.ts';

export interface RunningStack {
  readonly home: string;
  readonly pid: number;
}

/** @param home $TILLSTREAM_HOME, or the checkout's .tillstream */
export function findRunningStack(home: string): RunningStack | undefined {
  const status = readStatus(join(home, 'run'));
  return status && isAlive(status) ? { home, pid: status.pid } : undefined;
}
