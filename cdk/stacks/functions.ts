import { ArnFormat, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { streams } from '#domain/streams.ts';
import type { Environment } from '../config/environments.ts';
import { type DatabaseRole, databaseRoles, type FunctionNeeds, functions } from '../config/functions.ts';
import { databaseSecretName, functionNamed, searchSecretName } from '../config/names.ts';
import { grantAlerts } from '../constructs/alerts.ts';
import { givenValue } from '../constructs/given.ts';
import { grantOffsets, grantProduce, KafkaSource } from '../constructs/kafka-source.ts';
import { grantLake } from '../constructs/lake-access.ts';
import { ModuleLayer } from '../constructs/module-layer.ts';
import { NodeFunction } from '../constructs/node-function.ts';
import { runEvery } from '../constructs/schedule.ts';

const COLON = ArnFormat.COLON_RESOURCE_NAME;

export interface FunctionsStackProps extends StackProps {
  readonly environmentName: string;
  readonly settings: Environment['functions'];
  readonly database: Environment['database'];
  readonly kafka: Environment['kafka'];
  readonly search: Environment['search'];
  readonly onDelete: Environment['onDelete'];
  readonly bucket: Bucket;
  readonly secrets: Readonly<Record<DatabaseRole | 'admin', Secret>>;
  readonly alertTopic: Topic;
  readonly lateAlert: Environment['lateAlert'];
}

/** Every function with its role, environment and, where Lambda itself polls Kafka, its event source. */
export class FunctionsStack extends Stack {
  constructor(scope: Construct, id: string, props: FunctionsStackProps) {
    super(scope, id, props);
    const architecture = props.settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64;
    const layers = [new ModuleLayer(this, 'RuntimeLayer', { name: 'runtime', architecture })];
    const clusterArn = props.kafka.eventSources === 'lambda' ? givenValue(this, props.kafka.clusterArn) : undefined;
    const searchSecret = props.search.login
      ? Secret.fromSecretNameV2(this, 'SearchSecret', searchSecretName(props.environmentName))
      : undefined;

    for (const [name, needs] of Object.entries<FunctionNeeds>(functions)) {
      const made = new NodeFunction(this, name, {
        source: name,
        functionName: functionNamed(props.environmentName, name),
        architecture,
        layers,
        environment: this.environmentOf(name, needs, props),
        tracing: props.settings.tracing,
        logRetentionDays: props.settings.logRetentionDays,
        onDelete: props.onDelete === 'keep' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
        ...needs,
      });
      for (const role of needs.database === 'admin' ? (['admin', ...databaseRoles] as const) : [needs.database])
        props.secrets[role].grantRead(made.role);
      if (needs.lake) grantLake(made, props.bucket, needs.lake);
      if (needs.search) searchSecret?.grantRead(made.role);
      if (needs.alerts) grantAlerts(made, props.alertTopic);
      if (needs.everyMinutes) runEvery(made, needs.everyMinutes);
      for (const called of Object.values(needs.calls ?? {})) this.grantCall(made, props.environmentName, called);
      if (!clusterArn) continue;
      if (needs.produces) grantProduce(made, clusterArn, needs.produces);
      if (needs.kafkaTopics) grantOffsets(made, clusterArn, needs.kafkaTopics);
      for (const stream of Object.values(streams).filter(({ consumer }) => consumer === name))
        new KafkaSource(made, stream.topic, { target: made, stream, clusterArn });
    }
  }

  /** By name, so that functions may call each other whatever order they are made in. */
  private grantCall({ role }: NodeFunction, environmentName: string, called: string): void {
    const resourceName = functionNamed(environmentName, called);
    const resource = this.formatArn({ service: 'lambda', resource: 'function', resourceName, arnFormat: COLON });
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [resource] }));
  }

  private environmentOf(name: string, needs: FunctionNeeds, props: FunctionsStackProps): Record<string, string> {
    const { environmentName, database, kafka, search, bucket, settings } = props;
    const usesKafka = needs.kafkaTopics || needs.produces;
    const calls = Object.entries(needs.calls ?? {}).map(([name, called]) => [
      name,
      functionNamed(environmentName, called),
    ]);
    const secretNames = databaseRoles.map((role) => [role, databaseSecretName(environmentName, role)]);
    return {
      TILLSTREAM_ENVIRONMENT: environmentName,
      POWERTOOLS_SERVICE_NAME: name,
      POWERTOOLS_METRICS_NAMESPACE: 'Tillstream',
      POWERTOOLS_TRACE_ENABLED: String(settings.tracing),
      DATABASE_HOST: givenValue(this, database.host),
      DATABASE_PORT: givenValue(this, database.port),
      DATABASE_NAME: database.name,
      DATABASE_TLS: database.tls,
      DATABASE_USER: needs.database === 'admin' ? database.adminUser : needs.database,
      DATABASE_SECRET_ID: databaseSecretName(environmentName, needs.database),
      ...(needs.database === 'admin' && { ROLE_SECRETS: JSON.stringify(Object.fromEntries(secretNames)) }),
      ...(needs.lake && { LAKE_BUCKET: bucket.bucketName }),
      ...(needs.alerts && {
        ALERT_TOPIC: props.alertTopic.topicArn,
        LATE_RATIO_THRESHOLD: String(props.lateAlert.ratio),
        LATE_COUNT_THRESHOLD: String(props.lateAlert.count),
      }),
      ...Object.fromEntries(calls),
      ...(needs.search && { ELASTICSEARCH_URL: givenValue(this, search.url) }),
      ...(needs.search && search.login && { ELASTICSEARCH_SECRET_ID: searchSecretName(environmentName) }),
      ...(usesKafka && { KAFKA_BOOTSTRAP_SERVERS: givenValue(this, kafka.bootstrapServers) }),
    };
  }
}
