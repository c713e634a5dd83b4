import { replayStream } from '#cli/replay/stream.ts';
import { streams } from '#domain/streams.ts';
import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'somebody hands the records of a topic in once more, cut into other batches',
  async strike({ kafkaAt: { bootstrapServers }, kafka, pool, call }, random) {
    const stream = random.pick(Object.values(streams));
    const cut = { ...stream, batching: { ...stream.batching, batchSize: random.integer(50, 5_000) } };
    const start = { time: new Date(Date.now() - random.integer(10_000, 300_000)) };
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
