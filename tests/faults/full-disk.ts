/** A service's data on a disk that is full for seconds. */
import { execFileSync } from 'node:child_process';
import { lstatSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '#simulator/random.ts';
import type { Pipeline } from '../support/pipeline.ts';
import { makeSmallDisk } from './small-disk.ts';

/** Beside the data, until it is full; PostgreSQL needs some to start. */
const FREE_MEGABYTES = 64;

/**
 * Moves a service's data to a small disk and fills that under traffic; then makes space, and moves the data back. The service is
 * killed for each move.
 */
export async function fillDiskOf({ stack }: Pipeline, name: 'kafka' | 'postgres', random: Random): Promise<void> {
  const folder = realpathSync(join(stack.status.runFolder, name));
  const [data, aside] = [join(folder, 'data'), join(folder, 'data-aside')];
  const { uid, gid } = statSync(data);
  const used = Number(execFileSync('du', ['-sm', data], { encoding: 'utf8' }).split('\t')[0]);
  const disk = await makeSmallDisk(join(folder, 'small-disk'), used + FREE_MEGABYTES, { uid, gid });
  const small = join(disk.folder, 'data');
  const copy = (from: string, to: string) => execFileSync('cp', ['-a', from, to]);
  try {
    await stack.services[name].kill();
    copy(data, small);
    renameSync(data, aside);
    symlinkSync(small, data);
    await stack.restart(name);
    await delay(random.integer(500, 3_000));
    disk.fill();
    await delay(random.integer(2_000, 10_000));
  } finally {
    disk.makeSpace();
    await stack.services[name].kill();
    if (lstatSync(data).isSymbolicLink()) {
      rmSync(data);
      copy(small, data);
      rmSync(aside, { recursive: true });
    }
    await stack.restart(name).finally(disk.remove);
  }
}
