/** Installs the linters of Python and SQL. */
import { join } from 'node:path';
import type { InstallContext } from './once.ts';
import { installPython } from './python.ts';

export interface Linters {
  readonly ruff: string;
  readonly sqlfluff: string;
}

/** @returns their programs */
export async function installLint(context: InstallContext): Promise<Linters> {
  const lockFile = join(import.meta.dirname, 'lint.lock');
  const folder = await installPython({ ...context, name: 'lint', lockFile });
  return { ruff: join(folder, 'bin', 'ruff'), sqlfluff: join(folder, 'bin', 'sqlfluff') };
}
