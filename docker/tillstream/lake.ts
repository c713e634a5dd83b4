import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { awsLimits } from '#adapters/aws.ts';
import type { ComposeSettings } from './settings.ts';

/** Makes the lake's bucket in MinIO: the bucket that the CDK stacks make is in LocalStack, which loses it at a restart. */
export async function makeLake({ bucket, ...aws }: ComposeSettings['s3']): Promise<void> {
  const { endpoint, region, accessKeyId, secretAccessKey } = aws;
  const client = new S3Client({
    ...awsLimits,
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId, secretAccessKey },
  });
  try {
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
  } finally {
    client.destroy();
  }
}
