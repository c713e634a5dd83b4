import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 answers 500 for seconds',
  async strike({ s3 }, random) {
    s3.misbehave('fail', Number.POSITIVE_INFINITY);
    await delay(random.integer(500, 8_000));
    s3.behave();
  },
};
