import type { Fault } from '../fault.ts';
import { slowDown } from '../networks.ts';

export const fault: Fault = {
  breaks: 'the network between functions and PostgreSQL is slow for seconds',
  strike: ({ networks }, random) => slowDown(networks.postgres, random),
};
