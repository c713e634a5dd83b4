import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'archive-orders is killed while it works',
  strike: (pipeline, random) => killServing(pipeline, 'archive-orders', random),
};
