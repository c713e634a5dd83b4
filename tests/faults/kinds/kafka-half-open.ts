import type { Fault } from '../fault.ts';
import { loseConnections } from '../networks.ts';

export const fault: Fault = {
  breaks: 'the open connections of the event source and of functions to Kafka fall silent, while new ones work',
  strike: ({ networks }, random) => loseConnections(networks.kafka, random),
};
