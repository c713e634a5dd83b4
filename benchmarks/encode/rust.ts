/** Builds the contender in Rust. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** @returns the program, or why there is none: the others contend without it */
export function buildRust(installFolder: string): { readonly program: string } | { readonly missing: string } {
  const manifest = join(import.meta.dirname, 'rust', 'Cargo.toml');
  const target = join(installFolder, 'benchmarks-rust');
  const args = ['build', '--release', '--quiet', '--manifest-path', manifest, '--target-dir', target];
  const { error, status } = spawnSync('cargo', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    return { missing: 'there is no cargo on this machine' };
  if (error) throw error;
  if (status !== 0) return { missing: 'cargo could not build it, as it does without a network; what it said is above' };
  return { program: join(target, 'release', 'encode') };
}
