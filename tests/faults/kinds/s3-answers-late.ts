import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 answers requests of archive-orders to write late',
  async strike({ s3 }, random) {
    await s3.misbehave('hold', Number.POSITIVE_INFINITY);
    await delay(random.integer(0, 8_000));
    s3.behave();
  },
};
