import { type Fault, restartService } from '../fault.ts';

export const fault: Fault = {
  breaks: 'Elasticsearch is killed, and comes back after seconds',
  strike: (pipeline, random) => restartService(pipeline, 'elasticsearch', random.integer(0, 5_000)),
};
