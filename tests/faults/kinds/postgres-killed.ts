import { type Fault, restartService } from '../fault.ts';

export const fault: Fault = {
  breaks: 'PostgreSQL is killed, and comes back after seconds',
  strike: (pipeline, random) => restartService(pipeline, 'postgres', random.integer(0, 5_000)),
};
