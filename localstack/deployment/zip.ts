import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';

/** The start of DOS time. Zip files hold local time, so this gives the same bytes in every time zone. */
const epoch = new Date(1980, 0, 1);

/** Zips the files in `folder`; the same files always give the same bytes. */
export async function zipFolder(folder: string, file: string): Promise<void> {
  const zip = new yazl.ZipFile();
  for (const path of await filesIn(folder))
    zip.addFile(path, relative(folder, path).replaceAll(sep, '/'), {
      mtime: epoch,
      mode: 0o100644,
      forceDosTimestamp: true,
    });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(file));
}

/** Every file in the folder and below, sorted by path. */
export async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
