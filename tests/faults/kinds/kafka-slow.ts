import type { Fault } from '../fault.ts';
import { slowDown } from '../networks.ts';

export const fault: Fault = {
  breaks: 'the network between Kafka and the event source, and between Kafka and functions, is slow for seconds',
  strike: ({ networks }, random) => slowDown(networks.kafka, random),
};
