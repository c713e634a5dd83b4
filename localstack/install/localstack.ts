/** Installs LocalStack's community edition from a lock resolved as of its release day: later dependencies break it. */
import { join } from 'node:path';
import type { InstallContext } from './once.ts';
import { installPython } from './python.ts';

/** @returns the Python executable that has LocalStack */
export async function installLocalStack(context: InstallContext): Promise<string> {
  const lockFile = join(import.meta.dirname, 'localstack.lock');
  const folder = await installPython({ ...context, name: 'localstack', lockFile });
  return join(folder, 'bin', 'python');
}
