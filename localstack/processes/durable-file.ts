/** Files that must be there after a power loss, too: rename alone may survive while what was written does not (fsync(2)). */
import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Replaces the file as a whole; readable by its owner only. It is on the disk when this returns. */
export function replaceDurably(file: string, content: string): void {
  const next = `${file}.new`;
  writeFileSync(next, content, { mode: 0o600, flush: true });
  renameSync(next, file);
  syncFolder(dirname(file));
}

/** Puts on the disk which files the folder has. */
export function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
