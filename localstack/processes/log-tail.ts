import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last lines of a log, for an error message; reads only the end of the file. Empty if there is no such file. */
export function logTail(file: string, lines = 15): string {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const { size } = fstatSync(descriptor);
      const end = Buffer.alloc(Math.min(size, 64 << 10));
      const read = readSync(descriptor, end, 0, end.length, size - end.length);
      return end.toString('utf8', 0, read).trimEnd().split('\n').slice(-lines).join('\n');
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
