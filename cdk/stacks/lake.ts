import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Environment } from '../config/environment.ts';

export interface LakeStackProps extends StackProps {
  readonly lake: Environment['lake'];
  readonly encryption: Environment['encryption'];
  readonly onDelete: Environment['onDelete'];
  readonly protected: boolean;
}

/** Settings of both buckets, data and log: closed to the public and to plain HTTP. */
const closed = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  enforceSSL: true,
};

/** Raw data outlives every function: it has a stack of its own, and stays even when that is destroyed. */
export class LakeStack extends Stack {
  readonly bucket: Bucket;

  constructor(
    scope: Construct,
    id: string,
    { lake, encryption, onDelete, protected: terminationProtection, ...props }: LakeStackProps,
  ) {
    super(scope, id, { terminationProtection, ...props });
    const removalPolicy = onDelete === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

    this.bucket = new Bucket(this, 'Lake', {
      ...closed,
      ...(encryption === 'own-keys' ? this.ownKey(removalPolicy) : { encryption: BucketEncryption.S3_MANAGED }),
      ...(lake.bucketName && { bucketName: lake.bucketName }),
      ...(lake.accessLogDays && { serverAccessLogsBucket: this.accessLog(lake.accessLogDays, removalPolicy) }),
      versioned: true,
      lifecycleRules: [{ id: 'incomplete-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy,
    });
    this.bucket.addToResourcePolicy(writeOnce(this.bucket));
    if (onDelete === 'keep')
      new CfnOutput(this, 'KeptWhenDestroyed', {
        value: `Bucket ${this.bucket.bucketName} with all data, its KMS key, and the bucket of its access log.`,
      });
  }

  /** One data key per bucket instead of per object saves a call to KMS for each request. */
  private ownKey(removalPolicy: RemovalPolicy) {
    const encryptionKey = new Key(this, 'Key', {
      description: 'Objects of the lake',
      enableKeyRotation: true,
      removalPolicy,
    });
    return { encryption: BucketEncryption.KMS, encryptionKey, bucketKeyEnabled: true };
  }

  private accessLog(days: number, removalPolicy: RemovalPolicy): IBucket {
    const log: Bucket = new Bucket(this, 'AccessLog', {
      ...closed,
      encryption: BucketEncryption.S3_MANAGED, // S3 delivers its access log only to such buckets
      lifecycleRules: [{ id: 'expiry', expiration: Duration.days(days) }],
      removalPolicy,
    });
    return log as IBucket; // the two differ only under exactOptionalPropertyTypes
  }
}

/**
 * Raw data is immutable: S3 itself refuses a write without `If-None-Match: *`, which demands that the key is free.
 * Parts of a multipart upload can't carry it; completing the upload must.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
 */
function writeOnce(bucket: Bucket): PolicyStatement {
  return new PolicyStatement({
    sid: 'RawDataIsWrittenOnce',
    effect: Effect.DENY,
    principals: [new AnyPrincipal()],
    actions: ['s3:PutObject'],
    resources: ['raw/*', 'bronze/*'].map((objects) => bucket.arnForObjects(objects)),
    conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
  });
}
