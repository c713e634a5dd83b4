/** Network, Kafka and PostgreSQL: made by stacks of their own, or existing ones that the environment names. */
import type { App, StackProps } from 'aws-cdk-lib';
import type { Environment, ExistingBackbone, MadeBackbone } from './config/environment.ts';
import { stackName } from './config/names.ts';
import { type DatabaseConnection, existingDatabase, rdsDatabase } from './constructs/database-connection.ts';
import { existingKafka, type KafkaConnection, mskKafka } from './constructs/kafka-connection.ts';
import { DatabaseStack } from './stacks/database.ts';
import { DatabaseAccessStack, type DatabaseSecrets } from './stacks/database-access.ts';
import { NetworkStack } from './stacks/network.ts';
import { StreamingStack } from './stacks/streaming.ts';

/** How other stacks connect to the backbone. */
export interface Connections {
  readonly database: DatabaseConnection;
  readonly kafka: KafkaConnection;
  /** Absent if functions run outside of any network of ours. */
  readonly network?: NetworkStack;
}

export interface BuiltBackbone {
  readonly connections: Connections;
  /** PostgreSQL's, one for each role. */
  readonly secrets: DatabaseSecrets;
  readonly rotationDays?: number | undefined;
}

export function buildBackbone(app: App, environment: Environment, common: StackProps): BuiltBackbone {
  const { backbone } = environment;
  return backbone.kind === 'made'
    ? makeBackbone(app, environment, backbone, common)
    : useExistingBackbone(app, environment, backbone, common);
}

function useExistingBackbone(
  app: App,
  { name }: Environment,
  { kafka, database }: ExistingBackbone,
  common: StackProps,
) {
  const { secrets } = new DatabaseAccessStack(app, stackName(name, 'database-access'), {
    ...common,
    environmentName: name,
    ...database,
  });
  return {
    connections: { database: existingDatabase(database, name, secrets), kafka: existingKafka(kafka) },
    secrets,
  };
}

function makeBackbone(
  app: App,
  environment: Environment,
  { network, kafka, database }: MadeBackbone,
  common: StackProps,
) {
  const { name, onDelete } = environment;
  const networkStack = new NetworkStack(app, stackName(name, 'network'), { ...common, network });
  const { securityGroups } = networkStack;
  const streaming = new StreamingStack(app, stackName(name, 'streaming'), { ...common, network: networkStack, kafka });
  const { secrets } = new DatabaseAccessStack(app, stackName(name, 'database-access'), {
    ...common,
    environmentName: name,
    adminUser: database.adminUser,
    rotationDays: database.rotationDays,
  });
  const databaseStack = new DatabaseStack(app, stackName(name, 'database'), {
    ...common,
    network: networkStack,
    secrets,
    database,
    onDelete,
    protected: environment.protected,
  });
  return {
    connections: {
      network: networkStack,
      database: rdsDatabase(database, name, databaseStack, secrets, securityGroups),
      kafka: mskKafka(streaming, securityGroups),
    },
    secrets,
    rotationDays: database.rotationDays,
  };
}
