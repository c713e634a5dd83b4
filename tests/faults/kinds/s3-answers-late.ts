import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 answers requests to write late',
  async strike({ s3 }, random) {
    s3.misbehave('hold', Number.POSITIVE_INFINITY);
    await delay(random.integer(500, 8_000));
    s3.behave();
  },
};
