import { republish } from '#delivery/republish.ts';
import { until } from '#localstack/processes/until.ts';
import { simulatedStreams } from '#simulator/messages.ts';
import type { Fault } from '../fault.ts';
import { failuresFromNow, makeAnew, untilConsumed } from '../topics.ts';

/** Records that each partition of the topic had before, so that the new one doesn't grow past it before anybody has looked. */
const ENOUGH = 50;

export const fault: Fault = {
  breaks:
    'a topic is deleted and made anew while records come; somebody follows the runbook when its consumer complains',
  async strike(pipeline, random) {
    const { kafka, pool, produce, withoutProducers } = pipeline;
    const stream = random.pick(simulatedStreams);
    const { topic } = stream;
    const isShort = async () => (await kafka.offsets(topic)).some(({ latest }) => latest < ENOUGH);
    while (await isShort())
      await produce({ seed: random.integer(10_000_000, 1_000_000_000), count: 500, topics: [topic] });
    await withoutProducers(async () => {
      await untilConsumed(pipeline, stream);
      await makeAnew(pipeline, stream);
    });
    const failures = failuresFromNow(pipeline, topic);
    const isNoticed = () => failures().some((failure) => failure.includes('the topic was deleted and made anew'));
    await until(isNoticed, { what: `the consumer of ${topic} notices that it was made anew`, within: 240_000 });
    await withoutProducers(() => republish({ kafka, pool, stream }));
  },
};
