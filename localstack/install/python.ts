/** Python environments, one per purpose, from a committed lock; uv makes them in seconds where pip takes minutes. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installOnce } from './once.ts';
import { run } from './run.ts';
import { findPython } from './tools.ts';

const UV = 'uv==0.13.8';

export interface PythonEnvironment {
  /** What it is for; part of its folder's name. */
  readonly name: string;
  /** A requirements file with an exact version of every package. */
  readonly lockFile: string;
  readonly installFolder: string;
  readonly report: (progress: string) => void;
}

/** @returns the environment's folder; its programs, `python` among them, are in `bin/` */
export async function installPython({ name, lockFile, installFolder, report }: PythonEnvironment): Promise<string> {
  const python = await findPython();
  if (!python) throw new Error('There is no Python 3.11 or 3.12 on this machine.');
  // Another lock, another Python or another uv makes another environment.
  const hash = createHash('sha256').update(`${python.path} ${python.version} ${UV}\n`).update(readFileSync(lockFile));

  return installOnce(join(installFolder, `${name}-${hash.digest('hex').slice(0, 12)}`), report, async (folder) => {
    const uv = await installUv(python.path, installFolder, report);
    report('installing its Python packages');
    await run(uv, ['venv', '--quiet', '--python', python.path, folder, '--allow-existing']);
    const target = join(folder, 'bin', 'python');
    await run(uv, ['pip', 'install', '--quiet', '--python', target, '--no-deps', '-r', lockFile]);
  });
}

async function installUv(python: string, installFolder: string, report: (progress: string) => void): Promise<string> {
  const folder = await installOnce(join(installFolder, UV.replace('==', '-')), report, async (target) => {
    report('installing uv');
    await run(python, ['-m', 'venv', target]);
    await run(join(target, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', UV]);
  });
  return join(folder, 'bin', 'uv');
}
