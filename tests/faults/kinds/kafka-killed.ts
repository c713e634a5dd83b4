import { type Fault, restartService } from '../fault.ts';

export const fault: Fault = {
  breaks: 'Kafka is killed, and comes back after seconds',
  strike: (pipeline, random) => restartService(pipeline, 'kafka', random.integer(0, 5_000)),
};
