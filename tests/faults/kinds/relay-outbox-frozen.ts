import { type Fault, freezeServing } from '../fault.ts';

export const fault: Fault = {
  breaks: 'relay-outbox stands still in the middle of its work while others are called',
  strike: (pipeline, random) =>
    freezeServing(pipeline, 'relay-outbox', random.integer(500, 6_000), () =>
      pipeline.call('relay-outbox', {}).catch(() => undefined),
    ),
};
