import type { Fault } from '../fault.ts';
import { slowDown } from '../networks.ts';

export const fault: Fault = {
  breaks: 'the network between the event source and Lambda is slow for seconds',
  strike: ({ networks }, random) => slowDown(networks.lambda, random),
};
