import { type FaultAnywhere, severalAtOnce } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'several loads get the same objects at once',
  strike: (deployment, random) => severalAtOnce(random, deployment.load),
};
