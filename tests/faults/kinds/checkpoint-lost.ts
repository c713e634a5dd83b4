import { CannotStrike } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';
import { expectCurated, killSparkJob, loseCheckpoint, startSparkJob, streamAgain } from '../spark.ts';

export const fault: Fault = {
  breaks:
    "Spark's stream of orders loses its checkpoint, in half of the strikes after it was killed, and reads all that Kafka has once more",
  async strike(pipeline, random) {
    expectCurated(pipeline, random);
    // Killed on the way, it has also left a batch of which it doesn't know whether it is written.
    if (random.chance(0.5))
      await killSparkJob(pipeline, await startSparkJob(pipeline, 'stream_orders', random), random);
    else await streamAgain(pipeline, random);
    if ((await loseCheckpoint(pipeline)) === 0) throw new CannotStrike('The stream has left no checkpoint.');
    await streamAgain(pipeline, random);
  },
};
