import { Stack } from 'aws-cdk-lib';
import { Port, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnEnvironment } from 'aws-cdk-lib/aws-mwaa';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { type Configuration, scheduleVariables } from '#domain/configuration/keys.ts';
import { airflowConnectionsPrefix } from '../config/names.ts';
import { AIRFLOW_VERSION, type Airflow } from '../config/orchestration.ts';
import type { NetworkStack } from '../stacks/network.ts';
import { deployFolder, deployTexts, textOf } from './deploy-files.ts';
import { logGroup } from './log-group.ts';

export interface AirflowEnvironmentProps {
  readonly name: string;
  readonly airflow: Airflow;
  readonly configuration: Configuration;
  readonly variablesPrefix: string;
  readonly network: NetworkStack;
  readonly bucket: Bucket;
  readonly key: Key;
  readonly role: Role;
}

/** MWAA's components and the property that switches on the log group of each. */
const components = {
  DAGProcessing: 'dagProcessingLogs',
  Scheduler: 'schedulerLogs',
  Task: 'taskLogs',
  WebServer: 'webserverLogs',
  Worker: 'workerLogs',
} as const;

/** Airflow on MWAA with the DAGs of airflow/dags, unpaused from the start. */
export class AirflowEnvironment extends Construct {
  readonly environment: CfnEnvironment;

  constructor(scope: Construct, id: string, props: AirflowEnvironmentProps) {
    super(scope, id);
    const { name, airflow, variablesPrefix, network, bucket, key, role } = props;
    const dags = deployFolder(this, 'Dags', bucket, 'dags', 'airflow/dags');
    // A file's name changes with its text; otherwise MWAA would not notice the change.
    const texts = deployTexts(this, 'Texts', bucket, 'setup', {
      'requirements.txt': textOf('airflow/requirements.txt'),
      'startup.sh': startupScript(scheduleVariables(props.configuration)),
    });

    const around = this.around(network);
    const logs = this.logGroups(name, key, airflow.logRetentionDays);
    this.environment = new CfnEnvironment(this, 'Environment', {
      name,
      airflowVersion: AIRFLOW_VERSION,
      environmentClass: airflow.size,
      ...scaling(airflow),
      webserverAccessMode: airflow.webServer === 'public' ? 'PUBLIC_ONLY' : 'PRIVATE_ONLY',
      executionRoleArn: role.roleArn,
      kmsKey: key.keyArn,
      sourceBucketArn: bucket.bucketArn,
      dagS3Path: 'dags',
      requirementsS3Path: texts.keys['requirements.txt'],
      startupScriptS3Path: texts.keys['startup.sh'],
      airflowConfigurationOptions: options(variablesPrefix),
      networkConfiguration: {
        // MWAA takes exactly two, in different zones.
        subnetIds: network.vpc.selectSubnets({ subnetType: SubnetType.PRIVATE_WITH_EGRESS }).subnetIds.slice(0, 2),
        securityGroupIds: [around, network.securityGroups.https].map((each) => each.securityGroupId),
      },
      loggingConfiguration: logging,
      workerReplacementStrategy: 'GRACEFUL',
    });
    // MWAA starts at once, and fails if any of these is missing.
    this.environment.node.addDependency(role, around, ...logs, dags.deployed, texts.deployed);
  }

  /** MWAA's containers, queue and database talk to each other in this group. */
  private around({ vpc }: NetworkStack): SecurityGroup {
    const around = new SecurityGroup(this, 'Around', { vpc, description: 'Airflow', allowAllOutbound: false });
    around.addIngressRule(around, Port.allTraffic(), 'Airflow with itself');
    around.addEgressRule(around, Port.allTraffic(), 'Airflow with itself');
    return around;
  }

  /**
   * Made before MWAA makes them, which would keep logs for ever. The key must let CloudWatch Logs use it:
   * https://docs.aws.amazon.com/mwaa/latest/userguide/custom-keys-certs.html
   */
  private logGroups(name: string, key: Key, days: number): LogGroup[] {
    const { region, account, partition } = Stack.of(this);
    key.addToResourcePolicy(
      new PolicyStatement({
        actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
        resources: ['*'],
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:*` },
        },
      }),
    );
    return Object.keys(components).map((component) => logGroup(this, component, days, `airflow-${name}-${component}`));
  }
}

const logging: CfnEnvironment.LoggingConfigurationProperty = Object.fromEntries(
  Object.values(components).map((property) => [
    property,
    { enabled: true, logLevel: property === 'taskLogs' ? 'INFO' : 'WARNING' },
  ]),
);

/** The smallest class has one of each part and accepts no other number; others have two or more schedulers and web servers. */
const scaling = ({ size, mostWorkers }: Airflow) =>
  size === 'mw1.micro'
    ? { schedulers: 1, minWorkers: 1, maxWorkers: 1, minWebservers: 1, maxWebservers: 1 }
    : { schedulers: 2, minWorkers: 2, maxWorkers: mostWorkers, minWebservers: 2, maxWebservers: 2 };

const options = (variablesPrefix: string) => ({
  'core.dags_are_paused_at_creation': 'False',
  'core.load_examples': 'False',
  'secrets.backend': 'airflow.providers.amazon.aws.secrets.secrets_manager.SecretsManagerBackend',
  // Each look-up costs, so only names of ours are looked up there.
  'secrets.backend_kwargs': JSON.stringify({
    variables_prefix: variablesPrefix,
    variables_lookup_pattern: '^tillstream_',
    connections_prefix: airflowConnectionsPrefix(variablesPrefix),
    connections_lookup_pattern: '^tillstream_',
  }),
});

const startupScript = (variables: Readonly<Record<string, string>>): string =>
  `${['#!/bin/sh', ...Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`)].join('\n')}\n`;
