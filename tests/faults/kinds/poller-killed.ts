import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'the event source is killed, and another one begins at what was committed',
  async strike({ poller }, random) {
    await poller.kill();
    await delay(random.integer(0, 3_000));
    await poller.start();
  },
};
