import { setTimeout as delay } from 'node:timers/promises';
import { joinGroup } from '#adapters/kafka/index.ts';
import { groupOf, type Stream } from '#domain/streams.ts';
import { simulatedStreams } from '#simulator/messages.ts';
import type { Pipeline } from '../../support/pipeline.ts';
import { moment, persist } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'others join the group of an event source and leave it, again and again',
  async strike(pipeline, random) {
    const stream = random.pick(simulatedStreams);
    for (let left = random.integer(2, 5); left > 0; left--) {
      const member = await persist(`a member joins the group of ${stream.topic}`, () => join(pipeline, stream));
      await delay(random.integer(200, 3_000));
      await member.leave();
    }
  },
};

/** Resolves once the group has given it its partitions, which may be none. It commits nothing, so nothing that it gets is done. */
async function join({ kafkaAt }: Pipeline, stream: Stream) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  promise.catch(() => {}); // It may fail once it has joined.
  const member = await joinGroup({
    ...{ ...kafkaAt, clientId: 'rebalances', groupId: groupOf(stream), topic: stream.topic },
    startingPosition: 'TRIM_HORIZON',
    assigned: () => {
      resolve();
      return new Map();
    },
    fetched: () => undefined,
    failed: reject,
  });
  try {
    await moment(promise, `the group of ${stream.topic} takes a member`);
    return member;
  } catch (error) {
    await member.leave().catch(() => undefined);
    throw error;
  }
}
