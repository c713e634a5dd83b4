import { copyFileSync, rmSync, statSync, truncateSync } from 'node:fs';

/** Bytes. Hours of a service's usual output; a service that complains in a loop writes as much in minutes. */
const LIMIT = 32 << 20;

/**
 * Moves a log that has grown over the limit to `<file>.1`, which replaces the one before. The process goes on writing at the
 * start of the emptied file, since it appends; what it writes in between is lost.
 */
export function boundLog(file: string, limit = LIMIT): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= limit) return;
  const old = `${file}.1`;
  try {
    copyFileSync(file, old);
  } catch {
    // No space is left: better no old log than a growing one.
    rmSync(old, { force: true });
  }
  truncateSync(file);
}
