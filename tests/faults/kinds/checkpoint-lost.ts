import { CannotStrike } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';
import { expectCurated, loseCheckpoint, streamAgain } from '../spark.ts';

export const fault: Fault = {
  breaks: "Spark's stream of orders loses its checkpoint, and reads all that Kafka has once more",
  async strike(pipeline, random) {
    expectCurated(pipeline, random);
    await streamAgain(pipeline, random);
    if ((await loseCheckpoint(pipeline)) === 0) throw new CannotStrike('The stream has left no checkpoint.');
    await streamAgain(pipeline, random);
  },
};
