import { Fn } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledgeResource } from '../findings.ts';
import type { NodeFunction } from './node-function.ts';

/** Lets the function ask the brokers for the topics' offsets, and read no record. */
export function grantOffsets({ role }: NodeFunction, clusterArn: string, topics: readonly string[]): void {
  const { connect, onTopic } = clusterPermissions(clusterArn);
  role.addToPolicy(connect);
  for (const topic of topics) role.addToPolicy(onTopic(['DescribeTopic'], topic));
}

/**
 * Lets the function read records that a delivery skipped. It reads as a short-lived consumer group of its own, which
 * adapters/kafka/index.ts names and removes.
 */
export function grantRead({ role }: NodeFunction, clusterArn: string, topics: readonly string[]): void {
  const { onTopic, onGroup, arnOf } = clusterPermissions(clusterArn);
  const groups = 'tillstream-offsets-reads-*';
  for (const topic of topics) role.addToPolicy(onTopic(['ReadData'], topic));
  role.addToPolicy(onGroup(['DescribeGroup', 'AlterGroup', 'DeleteGroup'], groups));
  acknowledgeResource(
    role,
    arnOf('group', groups),
    'A group for each reading, so that two readings at once do not share partitions; its name ends in a UUID.',
  );
}

/** Lets the function write to the topics as an idempotent producer: retries write no duplicates. */
export function grantProduce({ role }: NodeFunction, clusterArn: string, topics: readonly string[]): void {
  const { connect, onTopic } = clusterPermissions(clusterArn);
  role.addToPolicy(connect);
  role.addToPolicy(new PolicyStatement({ actions: ['kafka-cluster:WriteDataIdempotently'], resources: [clusterArn] }));
  for (const topic of topics) role.addToPolicy(onTopic(['DescribeTopic', 'WriteData'], topic));
}

/** ARNs of topics and groups follow from the cluster's: …:cluster/<name>/<id> → …:topic/<name>/<id>/<topic>. */
export function clusterPermissions(clusterArn: string) {
  const [account, nameAndId] = [0, 1].map((part) => Fn.select(part, Fn.split(':cluster/', clusterArn)));
  const arnOf = (kind: 'topic' | 'group', name: string) => `${account}:${kind}/${nameAndId}/${name}`;
  const on = (kind: 'topic' | 'group') => (actions: readonly string[], name: string) =>
    new PolicyStatement({
      actions: actions.map((action) => `kafka-cluster:${action}`),
      resources: [arnOf(kind, name)],
    });
  return {
    connect: new PolicyStatement({
      actions: ['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster'],
      resources: [clusterArn],
    }),
    onTopic: on('topic'),
    onGroup: on('group'),
    arnOf,
  };
}
