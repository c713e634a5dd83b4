import type { SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ExistingBackbone } from '../config/environment.ts';
import type { FunctionNeeds } from '../config/functions.ts';
import type { StreamingStack } from '../stacks/streaming.ts';
import { grantOffsets, grantProduce, grantRead } from './kafka-access.ts';
import type { NodeFunction } from './node-function.ts';
import type { SecurityGroups } from './security-groups.ts';

/** How functions reach Kafka and log in there. */
export interface KafkaConnection {
  /** The variables that adapters/configuration.ts reads. */
  readonly variables: Readonly<Record<string, string>>;
  allow(made: NodeFunction, needs: FunctionNeeds): void;
  readonly securityGroups: readonly SecurityGroup[];
  /** The cluster that Lambda polls for the functions; if absent, Lambda polls none. */
  readonly polled?: { readonly clusterArn: string };
}

/** No login; localstack/poller/ polls. */
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
  allow(made, { kafkaTopics, readsRecords, produces }) {
    if (kafkaTopics) grantOffsets(made, clusterArn, kafkaTopics);
    if (kafkaTopics && readsRecords) grantRead(made, clusterArn, kafkaTopics);
    if (produces) grantProduce(made, clusterArn, produces);
  },
  securityGroups: [groups.kafkaClients],
  polled: { clusterArn },
});
