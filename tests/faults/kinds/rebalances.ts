import { setTimeout as delay } from 'node:timers/promises';
import { joinGroup } from '#adapters/kafka/index.ts';
import { groupOf, streams } from '#domain/streams.ts';
import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'others join the group of an event source and leave it, again and again',
  async strike({ kafkaAt }, random) {
    const stream = random.pick(Object.values(streams));
    for (let left = random.integer(2, 5); left > 0; left--) {
      // It takes partitions and commits nothing, so nothing that it gets is done.
      const member = await joinGroup({
        ...{ ...kafkaAt, clientId: 'rebalances', groupId: groupOf(stream), topic: stream.topic },
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
