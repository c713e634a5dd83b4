import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { behindNetworks } from '../../support/networks.ts';
import type { Fault } from '../fault.ts';
import { makeSmallDisk } from '../small-disk.ts';

export const fault: Fault = {
  breaks: 'the temporary folder of functions is full for seconds',
  async strike({ stack, configure }, random) {
    const disk = await makeSmallDisk(join(stack.status.runFolder, 'small-disk'), 1);
    disk.fill();
    const undo = await Promise.all(behindNetworks.map((name) => configure(name, {}, { TMPDIR: disk.folder })));
    try {
      await delay(random.integer(3_000, 10_000));
    } finally {
      await Promise.all(undo.map((each) => each()));
      await disk.remove();
    }
  },
};
