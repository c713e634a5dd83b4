import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lake } from '#adapters/lake/index.ts';

/** A folder instead of S3, so that each contender reads from the same disk and no network is measured. */
export function folderLake(folder: string): Lake {
  const readOnly = (): never => {
    throw new Error('This lake is read-only.');
  };
  return {
    bucket: folder,
    putOnce: readOnly,
    put: readOnly,
    head: readOnly,
    async read(key, range) {
      const path = join(folder, key);
      if (!range) return readFile(path);
      const file = await open(path);
      try {
        const { buffer } = await file.read(Buffer.alloc(range.end - range.start), { position: range.start });
        return buffer;
      } finally {
        await file.close();
      }
    },
  };
}
