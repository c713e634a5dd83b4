import type { Fault } from '../fault.ts';
import { slowDown } from '../networks.ts';

export const fault: Fault = {
  breaks: 'the network between archive-orders and S3 is slow for seconds',
  strike: ({ networks }, random) => slowDown(networks.s3, random),
};
