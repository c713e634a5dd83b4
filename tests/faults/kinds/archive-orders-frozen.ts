import { type Fault, freezeConsumer } from '../fault.ts';

export const fault: Fault = {
  breaks:
    'archive-orders stands still in the middle of its work, and goes on when another process has the same records',
  strike: (pipeline, random) => freezeConsumer(pipeline, 'archive-orders', random),
};
