import { type Fault, freezeServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'load-orders stands still in the middle of its work while another one gets the same objects',
  async strike(pipeline, random) {
    const load = () => pipeline.load().catch(() => undefined);
    const first = load();
    await freezeServing(pipeline, 'load-orders', random.integer(500, 6_000), () => Promise.race([load(), first]));
    await first;
  },
};
