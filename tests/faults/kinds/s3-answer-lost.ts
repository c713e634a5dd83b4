import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 writes objects of archive-orders, and its answers are lost',
  async strike({ s3 }, random) {
    await s3.misbehave('drop', Number.POSITIVE_INFINITY);
    await delay(random.integer(0, 1_000));
    s3.behave();
  },
};
