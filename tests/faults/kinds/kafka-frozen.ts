import { type Fault, freezeService } from '../fault.ts';

export const fault: Fault = {
  breaks: 'Kafka answers nobody for seconds',
  strike: (pipeline, random) => freezeService(pipeline, 'kafka', random.integer(500, 10_000)),
};
