import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'run-transformations is killed while it works',
  strike: (pipeline, random) => killServing(pipeline, 'run-transformations', random, pipeline.transform),
};
