import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'several loads get the same objects at once',
  async strike(pipeline, random) {
    await Promise.allSettled(Array.from({ length: random.integer(2, 4) }, () => pipeline.load()));
  },
};
