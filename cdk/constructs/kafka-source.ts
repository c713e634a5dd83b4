import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { groupOf, type Stream } from '#domain/streams.ts';
import { acknowledge } from '../findings.ts';
import { clusterPermissions } from './kafka-access.ts';
import type { NodeFunction } from './node-function.ts';

export interface KafkaSourceProps {
  readonly target: NodeFunction;
  readonly stream: Stream;
  /** How long a batch waits to fill. */
  readonly windowSeconds: number;
  readonly clusterArn: string;
}

/**
 * Lambda polls the stream's topic on MSK for the function. The poller uses the function's role:
 * https://docs.aws.amazon.com/lambda/latest/dg/with-msk-permissions.html
 */
export class KafkaSource extends Construct {
  constructor(scope: Construct, id: string, { target, stream, windowSeconds, clusterArn }: KafkaSourceProps) {
    super(scope, id);
    const { connect, onTopic, onGroup } = clusterPermissions(clusterArn);
    target.role.addToPolicy(connect);
    target.role.addToPolicy(onTopic(['DescribeTopic', 'ReadData'], stream.topic));
    target.role.addToPolicy(onGroup(['AlterGroup', 'DescribeGroup'], groupOf(stream)));
    target.role.addToPolicy(
      new PolicyStatement({
        actions: ['kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'],
        resources: [clusterArn],
      }),
    );
    // The poller's network interfaces; constructs/vpc-access.ts has the rest, and the reason for `*`.
    target.role.addToPolicy(
      new PolicyStatement({ actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeVpcs'], resources: ['*'] }),
    );

    const { batchSize, startingPosition } = stream.batching;
    const mapping = new EventSourceMapping(this, 'Mapping', {
      target: target.lambda,
      eventSourceArn: clusterArn,
      kafkaTopic: stream.topic,
      kafkaConsumerGroupId: groupOf(stream),
      batchSize,
      maxBatchingWindow: Duration.seconds(windowSeconds),
      startingPosition: StartingPosition[startingPosition],
    });
    // Lambda refuses a mapping whose role can't poll yet.
    mapping.node.addDependency(target.role);
    acknowledge(
      mapping,
      'Serverless-LambdaEventSourceMappingDestination',
      'No batch may be discarded: bad records become dead letters in the database, and a batch that fails otherwise is retried until it succeeds. With a destination, Lambda would give up after 10 retries.',
    );
  }
}
