/** Builds the contender in Rust. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

/** @returns the program; undefined if there is no cargo on this machine */
export function buildRust(installFolder: string): string | undefined {
  const manifest = join(import.meta.dirname, 'rust', 'Cargo.toml');
  const target = join(installFolder, 'benchmarks-rust');
  const args = ['build', '--release', '--quiet', '--manifest-path', manifest, '--target-dir', target];
  const { error, status } = spawnSync('cargo', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined;
  if (error) throw error;
  if (status !== 0) throw new Error(`Expected cargo to build ${manifest}, got exit code ${status}`);
  return join(target, 'release', 'encode');
}
