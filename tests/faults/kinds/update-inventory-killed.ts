import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'update-inventory is killed while it works',
  strike: (pipeline, random) => killServing(pipeline, 'update-inventory', random),
};
