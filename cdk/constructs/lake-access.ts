import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { FunctionNeeds } from '../config/functions.ts';
import { acknowledgeResource } from '../findings.ts';
import type { NodeFunction } from './node-function.ts';

/** Lets the function read, or read and write, the lake's objects under a prefix, and delete none. */
export function grantLake(
  { role }: NodeFunction,
  bucket: Bucket,
  { access, prefix }: NonNullable<FunctionNeeds['lake']>,
): void {
  const objects = bucket.arnForObjects(`${prefix}*`);
  const actions = access === 'write' ? ['s3:GetObject', 's3:PutObject'] : ['s3:GetObject'];
  role.addToPolicy(new PolicyStatement({ actions, resources: [objects] }));
  // Without this permission S3 answers 403, not 404, for a missing object.
  role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }));
  acknowledgeResource(
    role,
    objects,
    'The objects under one prefix: their names follow from their records and cannot be listed here.',
  );
  // Needed only if the lake has a key of its own.
  bucket.encryptionKey?.grant(role, 'kms:Decrypt', ...(access === 'write' ? ['kms:GenerateDataKey'] : []));
}
