import { replayStream } from '#operations/replay-stream.ts';
import { simulatedStreams } from '#simulator/messages.ts';
import { persist } from '../cannot-strike.ts';
import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'somebody hands the records of a topic in once more, cut into other batches',
  async strike({ kafka, pool, call }, random) {
    const stream = random.pick(simulatedStreams);
    const cut = { ...stream, batching: { ...stream.batching, batchSize: random.integer(50, 5_000) } };
    const start = { time: new Date(Date.now() - random.integer(10_000, 300_000)) };
    const backbone = { pool, kafka: async () => kafka, invoke: call };
    // While the event source hands in the same, a function may fail; then the replay is repeated.
    await persist(`${stream.topic} is replayed`, () => replayStream(backbone, { stream: cut, start }));
  },
};
