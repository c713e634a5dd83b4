import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'archive-user-events is killed while it works',
  strike: (pipeline, random) => killServing(pipeline, 'archive-user-events', random),
};
