import { type Fault, misbehave } from '../fault.ts';

export const fault: Fault = {
  breaks: 'S3 answers requests of archive-orders to write late',
  strike: (pipeline, random) => misbehave(pipeline, 'hold', random.integer(0, 8_000)),
};
