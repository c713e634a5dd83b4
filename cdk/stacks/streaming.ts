import { Stack, type StackProps } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import type { Construct } from 'constructs';
import { topics } from '#domain/streams.ts';
import type { Msk } from '../config/environment.ts';
import { bootstrapBrokers } from '../constructs/bootstrap-brokers.ts';
import { MskCluster } from '../constructs/msk-cluster.ts';
import type { NetworkStack } from './network.ts';

export interface StreamingStackProps extends StackProps {
  readonly network: NetworkStack;
  readonly kafka: Msk;
}

/** Kafka with every topic of the catalogue. */
export class StreamingStack extends Stack {
  readonly clusterArn: string;
  readonly bootstrapServers: string;

  constructor(scope: Construct, id: string, { network, kafka, ...props }: StreamingStackProps) {
    super(scope, id, props);
    const cluster = new MskCluster(this, 'Kafka', {
      clusterName: this.stackName,
      // Subnets with a way out: Lambda's pollers run beside the brokers and call Lambda and STS.
      subnets: network.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }),
      securityGroup: network.securityGroups.brokers,
      kafka,
    });
    for (const { topic, partitions, cleanup } of topics)
      new CfnTopic(this, `Topic-${topic}`, {
        clusterArn: cluster.arn,
        topicName: topic,
        partitionCount: partitions,
        replicationFactor: kafka.replicationFactor,
        // Base64, as Kafka's own properties.
        ...(cleanup && { configs: Buffer.from(`cleanup.policy=${cleanup}`).toString('base64') }),
      });
    this.clusterArn = cluster.arn;
    this.bootstrapServers = bootstrapBrokers(this, cluster.arn);
  }
}
