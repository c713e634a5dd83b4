/** Installs the generator of the documentation's site. */
import { join } from 'node:path';
import type { InstallContext } from './once.ts';
import { installPython } from './python.ts';

/** @returns its program, zensical */
export async function installDocs(context: InstallContext): Promise<string> {
  const lockFile = join(import.meta.dirname, 'docs.lock');
  return join(await installPython({ ...context, name: 'docs', lockFile }), 'bin', 'zensical');
}
