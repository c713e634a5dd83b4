import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'several runs build the report of one day at once',
  async strike(deployment, random) {
    await Promise.allSettled(
      Array.from({ length: random.integer(2, 4) }, () =>
        deployment.call('report-inventory', { action: 'build', date: '2025-12-11' }),
      ),
    );
  },
};
