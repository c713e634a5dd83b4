/** The space on the disk of the home: what is too little, and what is said then. */
import { mkdir, statfs } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const GB = 1e9;

/** Below `low`, an hour at the default rate, there is a warning. Below `least` nothing starts, and the simulator stops. */
const DISK = { low: 6 * GB, least: 2 * GB } as const;

const STATES = ['enough', 'low', 'too little'] as const;
export type DiskState = (typeof STATES)[number];

export function judgeDisk(free: number): DiskState {
  if (free < DISK.least) return 'too little';
  return free < DISK.low ? 'low' : 'enough';
}

/** Bytes that this user may still write there. */
export async function freeSpace(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true });
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

/**
 * @param kept the folder of the data that outlive the run, if any do
 * @returns undefined if there is enough
 */
export function diskWarning(free: number, home: string, kept?: string): string | undefined {
  const state = judgeDisk(free);
  if (state === 'enough') return undefined;
  const limit = gigabytes(DISK.least);
  const then =
    state === 'low' ? `the simulator stops below ${limit}` : `less than the ${limit} that the simulator needs`;
  const after = kept ? `its data stay in ${kept} when it stops` : 'its data goes when it stops';
  return (
    `The disk of ${home} has ${gigabytes(free)} left, ${then}. At 200 orders/s a run grows by about 5 GB an hour, and ` +
    `${after}: free some space, or set TILLSTREAM_HOME to a folder on another disk.`
  );
}

export interface DiskWatch {
  /** Answers with the bytes that are free. */
  readonly ask?: (folder: string) => Promise<number>;
  /** Milliseconds. */
  readonly every?: number;
  /** The folder of the data that outlive the run. */
  readonly kept?: string | undefined;
}

/**
 * Warns whenever the space has become scarcer, until the signal aborts.
 *
 * @returns a signal that aborts with the other, or when there is too little
 */
export function watchDisk(
  home: string,
  say: (warning: string) => void,
  signal: AbortSignal,
  { ask = freeSpace, every = 10_000, kept }: DiskWatch = {},
): AbortSignal {
  const tooLittle = new AbortController();
  const watching = async () => {
    let worst: DiskState = 'enough';
    for (;;) {
      const free = await ask(home);
      const state = judgeDisk(free);
      if (STATES.indexOf(state) > STATES.indexOf(worst)) say(diskWarning(free, home, kept) as string);
      if (state === 'too little') tooLittle.abort(new Error('The disk is too full to go on.'));
      worst = state;
      await delay(every, undefined, { signal, ref: false });
    }
  };
  watching().catch(() => {}); // The signal has aborted, or the home is gone.
  return AbortSignal.any([signal, tooLittle.signal]);
}

const gigabytes = (bytes: number): string => `${(bytes / GB).toFixed(1)} GB`;
