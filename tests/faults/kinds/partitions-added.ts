import { until } from '#localstack/processes/until.ts';
import { simulatedStreams } from '#simulator/messages.ts';
import { addPartitions } from '../../support/topics.ts';
import { CannotStrike } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';

const MOST = 12;

export const fault: Fault = {
  breaks: 'a topic gets more partitions; who produces to it from then on uses them, the others later',
  async strike(pipeline, random) {
    const stream = random.pick(simulatedStreams);
    const { topic } = stream;
    const before = (await pipeline.kafka.offsets(topic)).length;
    const after = before + random.integer(1, 2);
    if (after > MOST) throw new CannotStrike(`${topic} has ${before} partitions already.`);
    await addPartitions(pipeline.stack.status.kafka.bootstrapServers, topic, after);
    // Another producer with other keys: a producer stays with the partitions that it has found, so that a repeat comes second.
    await pipeline.produce({ seed: random.integer(10_000_000, 1_000_000_000), count: 200, topics: [topic] });
    const isTakenUp = async () => {
      const committed = await pipeline.committed(stream);
      return (await pipeline.kafka.offsets(topic)).every(
        ({ partition, latest }) => partition < before || latest === 0 || committed.get(partition) === latest,
      );
    };
    await until(isTakenUp, { what: `the new partitions of ${topic} are consumed`, within: 240_000 });
  },
};
