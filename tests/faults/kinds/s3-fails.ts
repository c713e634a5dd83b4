import { type Fault, misbehave } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 answers 500 to archive-orders for seconds',
  strike: (pipeline, random) => misbehave(pipeline, 'fail', random.integer(0, 8_000)),
};
