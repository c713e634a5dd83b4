import { type Fault, killServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'store-transactions is killed while it works',
  strike: (pipeline, random) => killServing(pipeline, 'store-transactions', random),
};
