import { type Fault, freezeServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'store-transactions stands still in the middle of its work, and goes on when another may have done it',
  strike: (pipeline, random) => freezeServing(pipeline, 'store-transactions', random.integer(500, 6_000)),
};
