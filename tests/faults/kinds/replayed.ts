import { replayStream } from '#cli/replay/stream.ts';
import { streams } from '#domain/streams.ts';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'somebody hands the records of a topic in once more, cut into other batches',
  async strike({ stack, kafka, pool, call }, random) {
    const { bootstrapServers } = stack.status.kafka;
    const stream = random.pick(Object.values(streams));
    const cut = { ...stream, batching: { ...stream.batching, batchSize: random.integer(50, 5_000) } };
    const start = { offset: random.integer(0, 2_000) };
    await replayStream({
      kafka,
      bootstrapServers,
      pool,
      stream: cut,
      start,
      invoke: (event) => call(stream.consumer, event),
    });
  },
};
