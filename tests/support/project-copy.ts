/** A copy of this project, as a shop has that makes it its own. */
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { installFolder, repositoryRoot } from '#adapters/repository.ts';
import { withoutShop } from '../runner/settings.ts';

export interface ProjectCopy {
  readonly folder: string;
  /** A path inside of it, absolute. */
  readonly path: (inside: string) => string;
  /** Runs a script of the copy, or of a package, by the project's Node. @throws if it exits with another code than 0 */
  readonly node: (script: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<Printed>;
  readonly remove: () => void;
}

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Made, or installed, again: not copied. */
const LEFT_OUT = new Set(['node_modules', '.git', '.tillstream', 'cdk.out', '__pycache__']);

export function copyProject(): ProjectCopy {
  const folder = mkdtempSync(join(tmpdir(), 'tillstream-copy-'));
  const path = (inside: string): string => join(folder, inside);
  // By its time the lock tells whether packages have to be installed.
  cpSync(repositoryRoot, folder, {
    ...{ recursive: true, preserveTimestamps: true },
    filter: (source) => source === repositoryRoot || !LEFT_OUT.has(basename(source)),
  });
  symlinkSync(join(repositoryRoot, 'node_modules'), path('node_modules'));
  mkdirSync(path('.tillstream'));
  symlinkSync(installFolder, path('.tillstream/installed'));
  // Not in the folder of what is installed, where modules of this copy would stay for ever.
  const NODE_COMPILE_CACHE = path('.tillstream/compiled');
  const node: ProjectCopy['node'] = (script, args, env = {}) =>
    promisify(execFile)(process.execPath, [path(script), ...args], {
      ...{ cwd: folder, maxBuffer: 2 ** 26, env: { ...withoutShop(process.env), NODE_COMPILE_CACHE, ...env } },
    });
  return { folder, path, node, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
