import { type FaultAnywhere, severalAtOnce } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'several relays are called at once',
  strike: (deployment, random) => severalAtOnce(random, () => deployment.call('relay-outbox', {})),
};
