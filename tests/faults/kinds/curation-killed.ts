import type { Fault } from '../fault.ts';
import { expectCurated, killSparkJob, runSparkJob, startSparkJob } from '../spark.ts';

export const fault: Fault = {
  breaks: "Spark's curation or aggregation is killed while it works, and runs again",
  async strike(pipeline, random) {
    const program = random.pick(['curate_orders', 'aggregate_user_events'] as const);
    expectCurated(pipeline, random);
    await killSparkJob(pipeline, await startSparkJob(pipeline, program, random), random);
    await runSparkJob(pipeline, program, random);
  },
};
