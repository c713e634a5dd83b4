/** Installs LocalStack's community edition from a lock resolved as of its release day: later dependencies break it. */
import { join } from 'node:path';
import { installPython } from './python.ts';

/** @returns the Python executable that has LocalStack */
export async function installLocalStack(installFolder: string, report: (progress: string) => void): Promise<string> {
  const lockFile = join(import.meta.dirname, 'localstack.lock');
  const folder = await installPython({ name: 'localstack', lockFile, installFolder, report });
  return join(folder, 'bin', 'python');
}
