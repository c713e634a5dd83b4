import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'several loads get the same objects at once',
  async strike(deployment, random) {
    await Promise.allSettled(Array.from({ length: random.integer(2, 4) }, () => deployment.load()));
  },
};
