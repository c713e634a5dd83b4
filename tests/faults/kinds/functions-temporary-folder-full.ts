import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { behindNetworks } from '../../support/networks.ts';
import { configured } from '../configured.ts';
import type { Fault } from '../fault.ts';
import { makeSmallDisk } from '../small-disk.ts';

export const fault: Fault = {
  breaks: 'the temporary folder of functions is full for seconds',
  async strike(pipeline, random) {
    const disk = await makeSmallDisk(join(pipeline.stack.status.runFolder, 'small-disk'), 1);
    disk.fill();
    const variables = { TMPDIR: disk.folder };
    await configured(pipeline, behindNetworks, { variables }, () => delay(random.integer(3_000, 10_000))).finally(
      disk.remove,
    );
  },
};
