import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'replay-inventory is killed while it works',
  strike: (pipeline, random) =>
    killServing(pipeline, 'replay-inventory', random, () => pipeline.call('replay-inventory', { dry_run: false })),
};
