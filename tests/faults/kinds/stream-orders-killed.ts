import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { awsSettings } from '../../support/lambda.ts';
import type { Pipeline } from '../../support/pipeline.ts';
import type { Fault } from '../fault.ts';
import { expectCurated, isPythonsWorker, killSparkJob, startSparkJob } from '../spark.ts';

export const fault: Fault = {
  breaks:
    "Spark's stream of orders is killed, whole or only Python's workers, and goes on, or begins anew without its checkpoint",
  async strike(pipeline, random) {
    expectCurated(pipeline, random);
    const only = random.chance(0.5) ? isPythonsWorker : undefined;
    await killSparkJob(pipeline, await startSparkJob(pipeline, 'stream_orders', random), random, only);
    if (random.chance(0.5)) await loseCheckpoint(pipeline);
    const again = await (await startSparkJob(pipeline, 'stream_orders', random)).ended;
    if (again.state === 'SUCCESS') return;
    // It never skips records that Kafka has removed: docs/runbook.md says to delete the checkpoint.
    if (!/some data may have been (lost|missed)|OffsetOutOfRange/i.test(again.stateDetails))
      throw new Error(`Spark's stream ended as ${again.state}: ${again.stateDetails}`);
    await loseCheckpoint(pipeline);
    const { state, stateDetails } = await (await startSparkJob(pipeline, 'stream_orders', random)).ended;
    if (state !== 'SUCCESS') throw new Error(`Spark's stream ended as ${state} without a checkpoint: ${stateDetails}`);
  },
};

async function loseCheckpoint({ stack }: Pipeline): Promise<void> {
  const { s3 } = stack.status;
  const client = new S3Client({ ...awsSettings(s3), forcePathStyle: true });
  for (;;) {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: s3.bucket, Prefix: 'checkpoints/stream_orders' }),
    );
    for (const { Key } of page.Contents ?? []) await client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }));
    if (!page.IsTruncated) return;
  }
}
