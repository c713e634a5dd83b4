import { type Fault, misbehave } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 writes objects of archive-orders, and its answers are lost',
  strike: (pipeline, random) => misbehave(pipeline, 'drop', random.integer(0, 1_000)),
};
