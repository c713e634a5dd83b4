import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../findings.ts';
import { provideLogs } from './provider-logs.ts';

/**
 * A bucket for what can be made again: code, checkpoints, snapshots. Closed to the public and to plain HTTP; deleted with
 * its stack.
 */
export function workBucket(scope: Construct, id: string, encryptionKey?: IKey): Bucket {
  const bucket = new Bucket(scope, id, {
    ...(encryptionKey
      ? { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true }
      : { encryption: BucketEncryption.S3_MANAGED }),
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    lifecycleRules: [
      {
        id: 'leftovers',
        noncurrentVersionExpiration: Duration.days(30),
        abortIncompleteMultipartUploadAfter: Duration.days(1),
      },
    ],
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true, // `cdk destroy` fails on a bucket with objects
  });
  provideLogs(
    bucket.node.findChild('AutoDeleteObjectsCustomResource') as Construct,
    'Custom::S3AutoDeleteObjectsCustomResourceProvider',
  );
  acknowledge(
    bucket,
    'AwsSolutions-S1',
    'Holds only what the deployment or a service wrote, which their own logs show; no customer data.',
  );
  return bucket;
}
