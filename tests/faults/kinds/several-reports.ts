import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'several runs build the report of one day at once',
  async strike(pipeline, random) {
    await Promise.allSettled(
      Array.from({ length: random.integer(2, 4) }, () =>
        pipeline.call('report-inventory', { action: 'build', date: '2025-12-11' }),
      ),
    );
  },
};
