import { type Fault, freeze } from '../fault.ts';

export const fault: Fault = {
  breaks: 'the event source stands still until its group has given it up, and goes on',
  strike: ({ poller }, random) => freeze([poller.pid()], random.integer(500, 12_000)),
};
