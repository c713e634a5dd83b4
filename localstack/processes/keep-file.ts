import { readFileSync, writeFileSync } from 'node:fs';

/** Writes the file unless it has this content already: so a service can be restarted on a full disk. */
export function keepFile(file: string, content: string): void {
  if (contentOf(file) !== content) writeFileSync(file, content);
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
