import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** Whether the file exists in the folder or below, once `..` and symbolic links are resolved. */
export function isWithin(folder: string, file: string): boolean {
  try {
    return realpathSync(file).startsWith(`${realpathSync(folder)}${sep}`);
  } catch {
    return false;
  }
}
