import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'relay-outbox is killed while it works',
  strike: (pipeline, random) => killServing(pipeline, 'relay-outbox', random),
};
