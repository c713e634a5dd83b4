import { simulatedStreams } from '#simulator/messages.ts';
import type { Fault } from '../fault.ts';
import { removeBefore } from '../topics.ts';

export const fault: Fault = {
  breaks: 'Kafka removes the records of a topic as soon as they are consumed, before they are loaded or transformed',
  async strike(pipeline, random) {
    const stream = random.pick(simulatedStreams);
    await removeBefore(pipeline.kafka, stream.topic, await pipeline.committed(stream));
  },
};
