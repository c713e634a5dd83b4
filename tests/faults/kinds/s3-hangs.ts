import { type Fault, misbehave } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 answers no request of archive-orders to write for seconds',
  strike: (pipeline, random) => misbehave(pipeline, 'hang', random.integer(0, 8_000)),
};
