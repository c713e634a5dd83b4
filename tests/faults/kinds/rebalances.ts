import { setTimeout as delay } from 'node:timers/promises';
import { joinGroup } from '#adapters/kafka/index.ts';
import { groupOf, streams } from '#domain/streams.ts';
import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'others join the group of an event source and leave it, again and again',
  async strike({ stack }, random) {
    const stream = random.pick(Object.values(streams));
    const { bootstrapServers } = stack.status.kafka;
    for (let left = random.integer(2, 5); left > 0; left--) {
      // It takes partitions and commits nothing, so nothing that it gets is done.
      const member = await joinGroup({
        ...{ bootstrapServers, clientId: 'rebalances', groupId: groupOf(stream), topic: stream.topic },
        startingPosition: 'TRIM_HORIZON',
        assigned: () => new Map(),
        fetched: () => undefined,
        failed: () => undefined,
      });
      await delay(random.integer(200, 3_000));
      await member.leave();
    }
  },
};
