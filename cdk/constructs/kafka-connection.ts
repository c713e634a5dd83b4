import type { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ExistingBackbone } from '../config/environment.ts';
import type { FunctionNeeds } from '../config/functions.ts';
import type { StreamingStack } from '../stacks/streaming.ts';
import { grantOffsets, grantProduce, grantRead } from './kafka-access.ts';
import type { NodeFunction } from './node-function.ts';
import type { SecurityGroups } from './security-groups.ts';

/** How functions reach Kafka and log in there. */
export interface KafkaConnection {
  /** What adapters/configuration.ts reads. */
  readonly variables: Readonly<Record<string, string>>;
  /** @param consumes whether the function consumes the topics of which it asks offsets: it then reads what it was not given */
  allow(made: NodeFunction, needs: FunctionNeeds, consumes: boolean): void;
  readonly securityGroups: readonly SecurityGroup[];
  /** The cluster that Lambda polls for the functions; nobody in AWS does if absent. */
  readonly polled?: { readonly clusterArn: string };
}

/** Nobody is asked who he is; localstack/ polls. */
export const existingKafka = ({ bootstrapServers }: ExistingBackbone['kafka']): KafkaConnection => ({
  variables: { KAFKA_BOOTSTRAP_SERVERS: bootstrapServers },
  allow: () => {},
  securityGroups: [],
});

export const mskKafka = (
  { clusterArn, bootstrapServers }: StreamingStack,
  groups: SecurityGroups,
): KafkaConnection => ({
  variables: { KAFKA_BOOTSTRAP_SERVERS: bootstrapServers, KAFKA_AUTH: 'iam' },
  allow(made, { kafkaTopics, produces }, consumes) {
    if (kafkaTopics) grantOffsets(made, clusterArn, kafkaTopics);
    if (kafkaTopics && consumes) grantRead(made, clusterArn, kafkaTopics);
    if (produces) grantProduce(made, clusterArn, produces);
  },
  securityGroups: [groups.kafkaClients],
  polled: { clusterArn },
});
