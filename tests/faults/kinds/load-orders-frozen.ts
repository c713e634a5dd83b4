import { type Fault, freezeServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'load-orders stands still in the middle of its work, and goes on when another may have done it',
  strike: (pipeline, random) => freezeServing(pipeline, 'load-orders', random.integer(500, 6_000), pipeline.load),
};
