import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 writes objects, and its answers are lost',
  async strike({ s3 }, random) {
    await s3.misbehave('drop', random.integer(1, 4));
    s3.behave();
  },
};
