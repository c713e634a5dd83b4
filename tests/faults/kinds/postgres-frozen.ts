import { type Fault, freezeService } from '../fault.ts';

export const fault: Fault = {
  breaks: 'PostgreSQL answers nobody for seconds',
  strike: (pipeline, random) => freezeService(pipeline, 'postgres', random.integer(500, 10_000)),
};
