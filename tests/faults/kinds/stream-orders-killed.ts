import type { Fault } from '../fault.ts';
import { expectCurated, isPythonsWorker, killSparkJob, startSparkJob, streamAgain } from '../spark.ts';

export const fault: Fault = {
  breaks: "Spark's stream of orders is killed, whole or only Python's workers, and goes on",
  async strike(pipeline, random) {
    expectCurated(pipeline, random);
    const only = random.chance(0.5) ? isPythonsWorker : undefined;
    await killSparkJob(pipeline, await startSparkJob(pipeline, 'stream_orders', random), random, only);
    await streamAgain(pipeline, random);
  },
};
