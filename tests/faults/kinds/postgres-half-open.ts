import type { Fault } from '../fault.ts';
import { loseConnections } from '../networks.ts';

export const fault: Fault = {
  breaks: 'the open connections of functions to PostgreSQL fall silent, while new ones work',
  strike: ({ networks }, random) => loseConnections(networks.postgres, random),
};
