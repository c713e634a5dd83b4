import { until } from '#localstack/processes/until.ts';
import { drawMessages, expectLoss, lockOut, sendTo } from '../expiring.ts';
import { type Fault, whileFrozen } from '../fault.ts';
import { failuresFromNow, removeBefore, untilConsumed } from '../topics.ts';

export const fault: Fault = {
  breaks:
    'a function fails until records have expired behind those that it is tried with; somebody acknowledges the loss',
  async strike(pipeline, random) {
    const { poller, kafka, withoutProducers } = pipeline;
    const { stream, partition, messages } = drawMessages(random);
    const mayBeThere = random.integer(1, messages.length - 2);
    const failures = failuresFromNow(pipeline, stream.topic);
    const lost = await withoutProducers(async () => {
      await untilConsumed(pipeline, stream);
      const mend = await lockOut(pipeline, stream.consumer);
      try {
        const first = await sendTo(pipeline, stream, partition, messages.slice(0, mayBeThere));
        await until(() => failures().length > 0, { what: `${stream.consumer} fails`, within: 240_000 });
        const removedBefore = first + random.integer(mayBeThere + 1, messages.length - 1);
        await whileFrozen([poller.pid()], async () => {
          await sendTo(pipeline, stream, partition, messages.slice(mayBeThere));
          await removeBefore(kafka, stream.topic, new Map([[partition, removedBefore]]));
        });
        return { partition, first, messages, removedBefore, mayBeThere };
      } finally {
        await mend();
      }
    });
    await expectLoss(pipeline, stream, lost);
  },
};
