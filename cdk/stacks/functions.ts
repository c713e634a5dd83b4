import { ArnFormat, Stack, type StackProps } from 'aws-cdk-lib';
import { SubnetType } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { intervalsOf } from '#domain/configuration/intervals.ts';
import { type Configuration, windowOf } from '#domain/configuration/keys.ts';
import { type Stream, streams } from '#domain/streams.ts';
import type { Connections } from '../backbone.ts';
import type { Environment } from '../config/environment.ts';
import { asksKafka, entryOf, type FunctionNeeds, functions } from '../config/functions.ts';
import { functionNamed, searchSecretName } from '../config/names.ts';
import { grantAlerts, lateVariables } from '../constructs/alerts.ts';
import { KafkaSource } from '../constructs/kafka-source.ts';
import { grantLake } from '../constructs/lake-access.ts';
import { runAtDeployment } from '../constructs/migration.ts';
import { ModuleLayer } from '../constructs/module-layer.ts';
import { NodeFunction } from '../constructs/node-function.ts';
import { grantPasswords, passwordVariables, rotateSecrets } from '../constructs/passwords.ts';
import { PeoplesPolicies } from '../constructs/peoples-policies.ts';
import { runEvery } from '../constructs/schedule.ts';
import { ssmValue } from '../constructs/ssm-value.ts';
import type { Placement } from '../constructs/vpc-access.ts';
import type { BuiltSearch } from '../search.ts';
import type { DatabaseSecrets } from './database-access.ts';

export interface FunctionsStackProps extends StackProps {
  readonly environmentName: string;
  readonly settings: Environment['functions'];
  readonly connections: Connections;
  readonly search: BuiltSearch;
  readonly bucket: Bucket;
  readonly secrets: DatabaseSecrets;
  /** Days between two rotations of a role's password; if absent, none rotates by itself. */
  readonly rotationDays?: number | undefined;
  readonly alertTopic: Topic;
  readonly configuration: Configuration;
}

/** Every function with its role, environment, place in the network and, where Lambda itself polls Kafka, its event source. */
export class FunctionsStack extends Stack {
  constructor(scope: Construct, id: string, props: FunctionsStackProps) {
    super(scope, id, props);
    const architecture = props.settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;
    const kafkaLayer = new ModuleLayer(this, 'KafkaLayer', { name: 'kafka', architecture });
    const searchSecret = props.search.login
      ? Secret.fromSecretNameV2(this, 'SearchSecret', searchSecretName(props.environmentName))
      : undefined;
    const { kafka } = props.connections;
    const made = new Map<string, NodeFunction>();
    /** Schedules and event sources, which may begin only once the database is migrated. */
    const begins: Construct[] = [];

    for (const [name, needs] of Object.entries<FunctionNeeds>(functions)) {
      const each = new NodeFunction(this, name, {
        functionName: functionNamed(props.environmentName, name),
        architecture,
        layers: asksKafka(needs) ? [kafkaLayer] : [],
        environment: this.environmentOf(name, needs, props),
        tracing: props.settings.tracing,
        logRetentionDays: props.settings.logRetentionDays,
        placement: placementOf(needs, props.connections),
        ...needs,
        entry: entryOf(name, needs),
      });
      made.set(name, each);
      this.allow(each, needs, props, searchSecret);
      if (needs.everyMinutes)
        begins.push(runEvery(each, needs.everyMinutes, needs.scheduledEvent?.(props.configuration)));
      const consumed = Object.values<Stream>(streams).filter(({ consumer }) => consumer === name);
      kafka.allow(each, needs);
      if (kafka.polled)
        for (const stream of consumed)
          begins.push(
            new KafkaSource(each, stream.topic, {
              target: each,
              stream,
              windowSeconds: windowOf(props.configuration, stream),
              ...kafka.polled,
            }),
          );
    }

    new PeoplesPolicies(this, 'People', props.environmentName);
    const { rotate, set } = byPasswords(made);
    if (rotate && props.rotationDays)
      begins.push(rotateSecrets(rotate, Object.values(props.secrets), props.rotationDays));
    if (set) runAtDeployment(set, begins);
  }

  private allow(each: NodeFunction, needs: FunctionNeeds, props: FunctionsStackProps, searchSecret?: ISecret): void {
    props.connections.database.allow(each, needs.database);
    if (needs.passwords) grantPasswords(each, needs.passwords, props.secrets);
    if (needs.lake) grantLake(each, props.bucket, needs.lake);
    if (needs.search) searchSecret?.grantRead(each.role);
    if (needs.alerts) grantAlerts(each, props.alertTopic);
    for (const called of Object.values(needs.calls ?? {})) this.grantCall(each, props.environmentName, called);
  }

  /** Grants by name, so that functions can call each other in whatever order they are made. */
  private grantCall({ role }: NodeFunction, environmentName: string, called: string): void {
    const resourceName = functionNamed(environmentName, called);
    const arnFormat = ArnFormat.COLON_RESOURCE_NAME;
    const resource = this.formatArn({ service: 'lambda', resource: 'function', resourceName, arnFormat });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [resource] }));
  }

  private environmentOf(name: string, needs: FunctionNeeds, props: FunctionsStackProps): Record<string, string> {
    const { environmentName, connections, search, bucket } = props;
    const calls = Object.entries(needs.calls ?? {}).map(([variable, called]) => [
      variable,
      functionNamed(environmentName, called),
    ]);
    return {
      TILLSTREAM_ENVIRONMENT: environmentName,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: 'Tillstream',
      ...connections.database.variables(needs.database),
      ...(needs.passwords && passwordVariables(needs.passwords, environmentName)),
      ...(needs.streamTopic !== undefined && { STREAM_TOPIC: needs.streamTopic }),
      ...(needs.lake && { LAKE_BUCKET: bucket.bucketName }),
      ...(needs.alerts && { ALERT_TOPIC: props.alertTopic.topicArn }),
      ...(needs.knowsLateness && lateVariables(props.configuration)),
      ...(needs.setsLateness && { LATE_AFTER_SECONDS: String(props.configuration['late.after_seconds']) }),
      ...(needs.knowsSchedule && {
        DAG_INTERVALS: JSON.stringify(intervalsOf(props.configuration)),
      }),
      ...Object.fromEntries(calls),
      ...(needs.search && search.url && { ELASTICSEARCH_URL: ssmValue(this, search.url) }),
      ...(needs.search && search.login && { ELASTICSEARCH_SECRET_ID: searchSecretName(environmentName) }),
      ...(asksKafka(needs) && connections.kafka.variables),
    };
  }
}

/** Private subnets, and the security groups of what the function calls. */
function placementOf(needs: FunctionNeeds, { network, database, kafka }: Connections): Placement | undefined {
  if (!network) return undefined;
  return {
    vpc: network.vpc,
    vpcSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS },
    securityGroups: [
      network.securityGroups.https,
      ...database.securityGroups(needs.database),
      ...(asksKafka(needs) ? kafka.securityGroups : []),
    ],
  };
}

const byPasswords = (made: ReadonlyMap<string, NodeFunction>): { set?: NodeFunction; rotate?: NodeFunction } =>
  Object.fromEntries(
    Object.entries<FunctionNeeds>(functions).flatMap(([name, { passwords }]) =>
      passwords ? [[passwords, made.get(name)]] : [],
    ),
  );
