import type { Fault } from '../fault.ts';
import { loseConnections } from '../networks.ts';

export const fault: Fault = {
  breaks: 'the open connections of archive-orders to S3 fall silent, while new ones work',
  strike: ({ networks }, random) => loseConnections(networks.s3, random),
};
