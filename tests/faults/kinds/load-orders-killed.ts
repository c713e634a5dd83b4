import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'load-orders is killed while it works',
  strike: (pipeline, random) => killServing(pipeline, 'load-orders', random, pipeline.load),
};
