import { type Fault, freezeService } from '../fault.ts';

export const fault: Fault = {
  breaks: 'Elasticsearch answers nobody for seconds',
  strike: (pipeline, random) => freezeService(pipeline, 'elasticsearch', random.integer(500, 10_000)),
};
