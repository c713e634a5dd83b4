/** The environments: local, dev and prod. */
import { configurationOf } from '#adapters/configuration-file.ts';
import { type Configuration, environmentNames } from '#domain/configuration/keys.ts';
import type { Environment, EnvironmentName, MadeBackbone } from './environment.ts';
import { defaultLocalServices, type LocalServices } from './local-services.ts';

export function localEnvironment(services: LocalServices, configuration: Configuration): Environment {
  return {
    name: 'local',
    configuration,
    lake: { bucketName: services.lakeBucket },
    // LocalStack 4.13.1 can't make KMS keys on Python 3.11.
    encryption: 'service-keys',
    backbone: {
      kind: 'existing',
      kafka: { bootstrapServers: services.kafkaBootstrapServers },
      database: {
        host: services.postgresHost,
        port: services.postgresPort,
        name: services.postgresDatabase,
        adminUser: services.postgresUser,
        adminPassword: services.postgresPassword,
      },
    },
    search: { kind: 'existing', url: services.elasticsearchUrl, login: false },
    functions: { architecture: 'x86_64', tracing: false, logRetentionDays: configuration['retention.logs_days'] },
    airflowVariablesPrefix: 'airflow/variables',
    onDelete: 'destroy',
    protected: false,
    securityChecks: false,
  };
}

type CloudChoices = Pick<Environment, 'protected' | 'search' | 'operations'> & { readonly backbone: MadeBackbone };

/** The settings that dev and prod share. */
function cloudEnvironment(name: 'dev' | 'prod', configuration: Configuration, choices: CloudChoices): Environment {
  const logRetentionDays = configuration['retention.logs_days'];
  return {
    name,
    configuration,
    lake: { accessLogDays: logRetentionDays },
    encryption: 'own-keys',
    functions: { architecture: 'arm64', tracing: true, logRetentionDays },
    airflowVariablesPrefix: `tillstream/${name}/airflow/variables`,
    onDelete: 'keep',
    securityChecks: true,
    ...choices,
  };
}

/** The same system as cheap as it can be: no redundancy, and a part that fails is made anew. */
const dev = (configuration: Configuration) =>
  cloudEnvironment('dev', configuration, {
    protected: false,
    search: { kind: 'own-node', instanceType: 't4g.small', gigabytes: 20 },
    operations: {
      airflow: {
        size: 'mw1.micro',
        mostWorkers: 1,
        webServer: 'public',
        logRetentionDays: configuration['retention.logs_days'],
      },
      spark: {
        most: { vcpus: 16, gigabytes: 64 },
        idleMinutes: 5,
        logRetentionDays: configuration['retention.logs_days'],
      },
      dollarsPerMonth: configuration['alerts.budget_dollars'],
    },
    backbone: {
      kind: 'made',
      network: {
        zones: 2,
        outbound: { kind: 'instance', type: 't4g.nano' },
        interfaceEndpoints: false,
        flowLogDays: 7,
      },
      kafka: {
        brokerType: 'kafka.t3.small',
        storage: { gigabytes: 20, most: 100 },
        replicationFactor: 2,
        minInSyncReplicas: 1,
        retentionHours: configuration['retention.kafka_hours'],
        monitoring: 'DEFAULT',
        logRetentionDays: 7,
      },
      database: {
        name: 'tillstream',
        adminUser: 'tillstream',
        instanceType: 't4g.micro',
        multiAz: false,
        storage: { gigabytes: 20, most: 100 },
        backupDays: configuration['retention.backups_days'],
        logRetentionDays: 7,
      },
    },
  });

/** No single point of failure: three zones, and every part survives the loss of one. */
const prod = (configuration: Configuration) =>
  cloudEnvironment('prod', configuration, {
    protected: true,
    search: { kind: 'own-node', instanceType: 'm7g.large', gigabytes: 100 },
    operations: {
      airflow: {
        size: 'mw1.small',
        mostWorkers: 5,
        webServer: 'public',
        logRetentionDays: configuration['retention.logs_days'],
      },
      spark: {
        most: { vcpus: 64, gigabytes: 256 },
        idleMinutes: 15,
        logRetentionDays: configuration['retention.logs_days'],
      },
      dollarsPerMonth: configuration['alerts.budget_dollars'],
    },
    backbone: {
      kind: 'made',
      network: { zones: 3, outbound: { kind: 'gateway-per-zone' }, interfaceEndpoints: true, flowLogDays: 90 },
      kafka: {
        brokerType: 'kafka.m7g.large',
        storage: { gigabytes: 250, most: 2_000 },
        replicationFactor: 3,
        minInSyncReplicas: 2,
        retentionHours: configuration['retention.kafka_hours'],
        monitoring: 'PER_TOPIC_PER_PARTITION',
        logRetentionDays: 90,
      },
      database: {
        name: 'tillstream',
        adminUser: 'tillstream',
        instanceType: 'm7g.large',
        multiAz: true,
        storage: { gigabytes: 100, most: 1_000 },
        backupDays: configuration['retention.backups_days'],
        logRetentionDays: 90,
        rotationDays: 30,
      },
    },
  });

const environments: Readonly<
  Record<EnvironmentName, (configuration: Configuration, services: LocalServices) => Environment>
> = {
  local: (configuration, services) => localEnvironment(services, configuration),
  dev,
  prod,
};

export interface EnvironmentOptions {
  /** Those that `local` finds. */
  readonly services?: LocalServices;
  /** Keys of the configuration that are set by `-c KEY=VALUE`. */
  readonly options?: Readonly<Record<string, string>>;
  /** The path of the configuration's file, if it isn't the standard one. */
  readonly file?: string | undefined;
}

/** @throws if there is no environment of that name, or its configuration is wrong */
export function environmentNamed(
  given: unknown,
  { services = defaultLocalServices, options = {}, file }: EnvironmentOptions = {},
): Environment {
  const name = environmentNames.find((known) => known === given);
  if (!name)
    throw new Error(
      `No environment "${String(given)}"; pass -c environment=<name> with one of ${environmentNames.join(', ')}.`,
    );
  return environments[name](configurationOf(name, { options, file }).values, services);
}
