/** Runs and watches the pipelines in the cloud: Airflow and Spark, and the alarms on everything. */
import type { App, Stack, StackProps } from 'aws-cdk-lib';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { airflow } from './alarms/airflow.ts';
import type { Area } from './alarms/alarm.ts';
import { database } from './alarms/database.ts';
import { kafka } from './alarms/kafka.ts';
import { lambdaFunctions } from './alarms/lambda.ts';
import { promises } from './alarms/promises.ts';
import { searchNode } from './alarms/search.ts';
import type { Connections } from './backbone.ts';
import type { Environment, Operations } from './config/environment.ts';
import { searchNodeName, stackName } from './config/names.ts';
import { ObservabilityStack } from './stacks/observability.ts';
import { OrchestrationStack } from './stacks/orchestration.ts';

export interface Operated {
  readonly operations: Operations;
  readonly connections: Connections;
  readonly lake: Bucket;
  readonly alertTopic: Topic;
  /** Stacks that DAGs use as soon as Airflow runs. */
  readonly calls: readonly Stack[];
}

/** @throws without a network of our own, which Airflow and Spark need */
export function buildOperations(app: App, environment: Environment, built: Operated, common: StackProps): void {
  const { name } = environment;
  const { operations, connections, lake, alertTopic, calls } = built;
  const { network, ...reached } = connections;
  if (!network) throw new Error(`Environment ${name} has operations, which need a backbone of kind "made".`);
  const orchestration = new OrchestrationStack(app, stackName(name, 'orchestration'), {
    ...common,
    ...reached,
    environmentName: name,
    orchestration: operations,
    configuration: environment.configuration,
    airflowVariablesPrefix: environment.airflowVariablesPrefix,
    network,
    lake,
    alertTopic,
  });
  for (const stack of calls) orchestration.addStackDependency(stack, 'DAGs run at once');
  new ObservabilityStack(app, stackName(name, 'observability'), {
    ...common,
    environmentName: name,
    areas: areasOf(environment),
    dollarsPerMonth: operations.dollarsPerMonth,
    alertTopic,
  });
}

/** The alarms of everything deployed, by the names that the stacks give. */
function areasOf({ name, backbone, search, configuration, console }: Environment): Area[] {
  const watched = { environmentName: name };
  return [
    promises(watched, configuration),
    lambdaFunctions({ ...watched, hasPage: console !== undefined }),
    airflow({ ...watched, configuration }),
    ...(backbone.kind === 'made'
      ? [
          database({ instanceIdentifier: stackName(name, 'database'), proxyName: stackName(name, 'database') }),
          kafka({ clusterName: stackName(name, 'streaming'), brokers: backbone.network.zones }),
        ]
      : []),
    ...(search.kind === 'own-node' ? [searchNode(searchNodeName(name))] : []),
  ];
}
