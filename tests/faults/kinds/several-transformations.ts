import { type FaultAnywhere, severalAtOnce } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'several runs transform and index the same hours at once',
  strike: (deployment, random) => severalAtOnce(random, deployment.transform),
};
