import { Duration, Fn, Validations } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { groupOf, type Stream } from '#domain/streams.ts';
import type { NodeFunction } from './node-function.ts';

/** Lets the function ask the brokers for the topics' offsets; it can read no record. */
export function grantOffsets(asking: NodeFunction, clusterArn: string, topics: readonly string[]): void {
  const { connect, onTopic } = clusterPermissions(clusterArn);
  asking.role.addToPolicy(connect);
  for (const topic of topics) asking.role.addToPolicy(onTopic(['DescribeTopic'], topic));
}

/** Lets the function write to the topics, without doubling records when it tries again. */
export function grantProduce(producer: NodeFunction, clusterArn: string, topics: readonly string[]): void {
  const { connect, onTopic } = clusterPermissions(clusterArn);
  producer.role.addToPolicy(connect);
  producer.role.addToPolicy(
    new PolicyStatement({ actions: ['kafka-cluster:WriteDataIdempotently'], resources: [clusterArn] }),
  );
  for (const topic of topics) producer.role.addToPolicy(onTopic(['DescribeTopic', 'WriteData'], topic));
}

export interface KafkaSourceProps {
  readonly target: NodeFunction;
  readonly stream: Stream;
  readonly clusterArn: string;
}

/**
 * Lambda polls the stream's topic on MSK for the function. The poller uses the function's role:
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */
export class KafkaSource extends Construct {
  constructor(scope: Construct, id: string, { target, stream, clusterArn }: KafkaSourceProps) {
    super(scope, id);
    const { connect, onTopic, onGroup } = clusterPermissions(clusterArn);
    target.role.addToPolicy(connect);
    target.role.addToPolicy(onTopic(['DescribeTopic', 'ReadData'], stream.topic));
    target.role.addToPolicy(onGroup(['AlterGroup', 'DescribeGroup'], groupOf(stream)));
    target.role.addToPolicy(
      new PolicyStatement({
        actions: ['kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
        resources: [clusterArn],
      }),
    );
    target.role.addToPolicy(new PolicyStatement({ actions: networkInterfaces, resources: ['*'] }));

    const { batchSize, maximumBatchingWindowInSeconds, startingPosition } = stream.batching;
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: target.lambda,
      eventSourceArn: clusterArn,
      kafkaTopic: stream.topic,
      kafkaConsumerGroupId: groupOf(stream),
      batchSize,
      maxBatchingWindow: Duration.seconds(maximumBatchingWindowInSeconds),
      startingPosition: StartingPosition[startingPosition],
    });
    // Lambda refuses a mapping whose role can't poll yet.
    mapping.node.addDependency(target.role);
    Validations.of(target.role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'The actions on network interfaces, which Lambda asks for to poll inside the VPC, take no resource.',
    });
  }
}

const networkInterfaces = [
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets',
  'ec2:DescribeVpcs',
];

/** ARNs of topics and groups follow from the cluster's: …:cluster/<name>/<id> → …:topic/<name>/<id>/<topic>. */
function clusterPermissions(clusterArn: string) {
  const [account, nameAndId] = [0, 1].map((part) => Fn.select(part, Fn.split(':cluster/', clusterArn)));
  const on = (kind: 'topic' | 'group') => (actions: readonly string[], name: string) =>
    new PolicyStatement({
      actions: actions.map((action) => `kafka-cluster:${action}`),
      resources: [`${account}:${kind}/${nameAndId}/${name}`],
    });
  return {
    connect: new PolicyStatement({
      actions: ['kafka-cluster:Connect', 'kafka-cluster:DescribeCluster'],
      resources: [clusterArn],
    }),
    onTopic: on('topic'),
    onGroup: on('group'),
  };
}
