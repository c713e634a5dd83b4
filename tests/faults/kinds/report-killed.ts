import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'report-inventory is killed while it works',
  strike: (pipeline, random) =>
    killServing(pipeline, 'report-inventory', random, () =>
      pipeline.call('report-inventory', { action: 'build', date: '2025-12-11' }),
    ),
};
