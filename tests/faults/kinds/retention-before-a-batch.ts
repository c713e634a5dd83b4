import { setTimeout as delay } from 'node:timers/promises';
import { drawMessages, expectLoss, sendTo } from '../expiring.ts';
import type { Fault } from '../fault.ts';
import { removeBefore, untilConsumed } from '../topics.ts';

export const fault: Fault = {
  breaks:
    'the event source is away until the first records that it missed have expired; somebody acknowledges the loss',
  async strike(pipeline, random) {
    const { poller, kafka, withoutProducers } = pipeline;
    const { stream, partition, messages } = drawMessages(random);
    const lost = await withoutProducers(async () => {
      await untilConsumed(pipeline, stream);
      await poller.kill();
      const first = await sendTo(pipeline, stream, partition, messages);
      const removedBefore = first + random.integer(1, messages.length - 1);
      await removeBefore(kafka, stream.topic, new Map([[partition, removedBefore]]));
      return { partition, first, messages, removedBefore, mayBeThere: 0 };
    }).finally(async () => {
      await delay(random.integer(0, 3_000));
      await poller.kill();
      await poller.start();
    });
    await expectLoss(pipeline, stream, lost);
  },
};
