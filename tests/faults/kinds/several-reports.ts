import { type Fault, severalAtOnce } from '../fault.ts';

/** Not on a deployment: it would keep a report of a day for which it has made none. */
export const fault: Fault = {
  breaks: 'several runs build the report of one day at once',
  strike: ({ call }, random) =>
    severalAtOnce(random, () => call('report-inventory', { action: 'build', date: '2025-12-11' })),
};
