import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledgeResource } from '../findings.ts';
import { clusterPermissions } from './kafka-access.ts';

/** Spark makes a new consumer group for each query, under this prefix. */
const SPARK_GROUPS = 'spark-kafka-*';

export interface SparkRoleProps {
  readonly lake: Bucket;
  /** Code and jars to read; checkpoints to write under `checkpoints/`. */
  readonly work: Bucket;
  readonly key: Key;
  readonly secret: ISecret;
  readonly clusterArn: string;
  /** The topics that jobs read. They write none: their announcements go through the outbox. */
  readonly reads: readonly string[];
}

/** The role of Spark jobs: reads the lake, writes checkpoints, logs in to PostgreSQL and Kafka. */
export function sparkRole(scope: Construct, id: string, props: SparkRoleProps): Role {
  const { lake, work, key, secret, clusterArn, reads } = props;
  const stack = Stack.of(scope);
  const role = new Role(scope, id, {
    description: 'What Spark jobs may do',
    assumedBy: new ServicePrincipal('emr-serverless.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
    }),
  });
  const allow = (actions: string[], ...resources: string[]): void => {
    role.addToPolicy(new PolicyStatement({ actions, resources }));
  };
  const read = [lake.arnForObjects('bronze/*'), ...['code/*', 'jars/*'].map((objects) => work.arnForObjects(objects))];
  const kept = work.arnForObjects('checkpoints/*');
  allow(['s3:GetObject'], ...read);
  allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], kept);
  allow(['s3:ListBucket'], lake.bucketArn, work.bucketArn);
  allow(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn);
  lake.encryptionKey?.grantDecrypt(role);
  secret.grantRead(role);

  const { connect, onTopic, onGroup, arnOf } = clusterPermissions(clusterArn);
  role.addToPolicy(connect);
  for (const topic of reads) role.addToPolicy(onTopic(['DescribeTopic', 'ReadData'], topic));
  role.addToPolicy(onGroup(['AlterGroup', 'DescribeGroup'], SPARK_GROUPS));

  for (const objects of [...read, kept])
    acknowledgeResource(role, objects, 'The objects under one prefix; their names are not known here.');
  acknowledgeResource(role, arnOf('group', SPARK_GROUPS), 'Spark names its consumer groups with a random number.');
  return role;
}
