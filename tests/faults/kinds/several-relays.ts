import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'several relays are called at once',
  async strike(pipeline, random) {
    await Promise.allSettled(Array.from({ length: random.integer(2, 4) }, () => pipeline.call('relay-outbox', {})));
  },
};
