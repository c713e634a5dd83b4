import { simulatedStreams } from '#simulator/messages.ts';
import { untilMoment } from '../cannot-strike.ts';
import { configured, preloaded } from '../configured.ts';
import type { Fault } from '../fault.ts';

/** Takes what Lambda gives the function of memory, but for so many megabytes, each time that it waits for an invocation. */
const hungry = (megabytes: number) => `
  import http from 'node:http';
  const { request } = http;
  const limit = process.execArgv.find((option) => option.startsWith('--max-old-space-size=')).split('=')[1];
  const taken = [];
  http.request = (options, answered) => {
    if (options.path?.endsWith('/invocation/next'))
      while (process.memoryUsage().heapUsed < (limit - ${megabytes}) * 2 ** 20) taken.push(new Array(65_536).fill(0.5));
    return request(options, answered);
  };
`;

/** Node ends itself by SIGABRT; with less memory, Lambda would end it by SIGKILL. */
const OUT_OF_MEMORY = 'exited with error: signal 6';

export const fault: Fault = {
  breaks: 'a function has too little memory for its batches, and ends in the middle of one',
  async strike(pipeline, random) {
    const { consumer, topic } = random.pick(simulatedStreams);
    const { produce, poller } = pipeline;
    const from = poller.events().length;
    const ended = () =>
      poller
        .events()
        .slice(from)
        .some((event) => event.kind === 'invoked' && event.failure?.includes(OUT_OF_MEMORY));
    const endInBatch = async () => {
      await produce({ seed: random.integer(10_000_000, 1_000_000_000), count: 3_000, topics: [topic] });
      await untilMoment(ended, { what: `${consumer} runs out of memory`, within: 180_000 });
    };
    const tooSmall = { changes: { MemorySize: 128 }, variables: preloaded(hungry(random.integer(4, 12))) };
    await configured(pipeline, [consumer], tooSmall, endInBatch);
  },
};
