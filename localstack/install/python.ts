/** Python environments, one per purpose, from a committed lock; uv makes them in seconds where pip takes minutes. */
import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type InstallContext, installOnce } from './once.ts';
import { run } from './run.ts';
import { findPython } from './tools.ts';

const UV = 'uv==0.13.8';

export interface PythonEnvironment extends InstallContext {
  /** Its purpose; part of its folder's name. */
  readonly name: string;
  /** A requirements file that pins every package. */
  readonly lockFile: string;
}

/** @returns the environment's folder; its programs, `python` among them, are in `bin/` */
export async function installPython({ name, lockFile, ...context }: PythonEnvironment): Promise<string> {
  const { installFolder, report, signal } = context;
  const python = await findPython();
  if (!python) throw new Error('Expected Python 3.11 or 3.12 on this machine, and found neither; install one of them.');
  // A different lock, Python or uv makes a different environment.
  const hash = createHash('sha256').update(`${python.path} ${python.version} ${UV}\n`).update(readFileSync(lockFile));

  const wanted = join(installFolder, `${name}-${hash.digest('hex').slice(0, 12)}`);
  const installed = await installOnce(wanted, context, async (folder) => {
    const uv = await installUv(python.path, context);
    report('installing its Python packages');
    await run(uv, ['venv', '--quiet', '--python', python.path, folder, '--allow-existing'], { signal });
    const target = join(folder, 'bin', 'python');
    // It leaves locks in the temporary folder; another user may not open those in the system's.
    const env = { ...process.env, TMPDIR: folder };
    await run(uv, ['pip', 'install', '--quiet', '--python', target, '--no-deps', '--require-hashes', '-r', lockFile], {
      ...{ env, signal },
    });
  });
  // Python keeps what it has compiled by path, so a home that shares this folder by a link must name it as the others do.
  return realpathSync(installed);
}

async function installUv(python: string, context: InstallContext): Promise<string> {
  const { installFolder, report, signal } = context;
  const folder = await installOnce(join(installFolder, UV.replace('==', '-')), context, async (target) => {
    report('installing uv');
    await run(python, ['-m', 'venv', target], { signal });
    await run(join(target, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', UV], { signal });
  });
  return join(folder, 'bin', 'uv');
}
