/** The environments: local, dev and prod. */
import type { Environment, EnvironmentName, MadeBackbone } from './environment.ts';
import { defaultLocalServices, type LocalServices } from './local-services.ts';

export function localEnvironment(services: LocalServices): Environment {
  return {
    name: 'local',
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
    functions: { architecture: 'x86_64', tracing: false, logRetentionDays: 1 },
    processSchedule: services.processSchedule,
    airflowVariablesPrefix: 'airflow/variables',
    alertEmails: [],
    lateAlert: { ratio: 0.1, count: 1_000 },
    onDelete: 'destroy',
    protected: false,
    securityChecks: false,
  };
}

type CloudChoices = Pick<Environment, 'protected' | 'search' | 'operations'> & {
  readonly backbone: MadeBackbone;
  readonly logRetentionDays: number;
};

/** The settings that dev and prod share. */
function cloudEnvironment(name: 'dev' | 'prod', { logRetentionDays, ...choices }: CloudChoices): Environment {
  return {
    name,
    lake: { accessLogDays: logRetentionDays },
    encryption: 'own-keys',
    functions: { architecture: 'arm64', tracing: true, logRetentionDays },
    processSchedule: '@hourly',
    airflowVariablesPrefix: `tillstream/${name}/airflow/variables`,
    alertEmails: [],
    lateAlert: { ratio: 0.1, count: 1_000 },
    onDelete: 'keep',
    securityChecks: true,
    ...choices,
  };
}

/** The same system as cheap as it can be: no redundancy, and a part that fails is made anew. */
const dev = cloudEnvironment('dev', {
  logRetentionDays: 30,
  protected: false,
  search: { kind: 'own-node', instanceType: 't4g.small', gigabytes: 20 },
  operations: {
    airflow: {
      size: 'mw1.micro',
      mostWorkers: 1,
      webServer: 'public',
      logRetentionDays: 30,
    },
    spark: { most: { vcpus: 16, gigabytes: 64 }, idleMinutes: 5, logRetentionDays: 30 },
    dollarsPerMonth: 500,
  },
  backbone: {
    kind: 'made',
    network: { zones: 2, outbound: { kind: 'instance', type: 't4g.nano' }, interfaceEndpoints: false, flowLogDays: 7 },
    kafka: {
      brokerType: 'kafka.t3.small',
      storage: { gigabytes: 20, most: 100 },
      replicationFactor: 2,
      minInSyncReplicas: 1,
      monitoring: 'DEFAULT',
      logRetentionDays: 7,
    },
    database: {
      name: 'tillstream',
      adminUser: 'tillstream',
      instanceType: 't4g.micro',
      multiAz: false,
      storage: { gigabytes: 20, most: 100 },
      backupDays: 1,
      logRetentionDays: 7,
    },
  },
});

/** No single point of failure: three zones, and every part survives the loss of one. */
const prod = cloudEnvironment('prod', {
  logRetentionDays: 90,
  protected: true,
  search: { kind: 'own-node', instanceType: 'm7g.large', gigabytes: 100 },
  operations: {
    airflow: {
      size: 'mw1.small',
      mostWorkers: 5,
      webServer: 'public',
      logRetentionDays: 90,
    },
    spark: { most: { vcpus: 64, gigabytes: 256 }, idleMinutes: 15, logRetentionDays: 90 },
    dollarsPerMonth: 3_000,
  },
  backbone: {
    kind: 'made',
    network: { zones: 3, outbound: { kind: 'gateway-per-zone' }, interfaceEndpoints: true, flowLogDays: 90 },
    kafka: {
      brokerType: 'kafka.m7g.large',
      storage: { gigabytes: 250, most: 2_000 },
      replicationFactor: 3,
      minInSyncReplicas: 2,
      monitoring: 'PER_TOPIC_PER_PARTITION',
      logRetentionDays: 90,
    },
    database: {
      name: 'tillstream',
      adminUser: 'tillstream',
      instanceType: 'm7g.large',
      multiAz: true,
      storage: { gigabytes: 100, most: 1_000 },
      backupDays: 14,
      logRetentionDays: 90,
      rotationDays: 30,
    },
  },
});

const environments: Readonly<Record<EnvironmentName, (services: LocalServices) => Environment>> = {
  local: localEnvironment,
  dev: () => dev,
  prod: () => prod,
};

/** @throws if there is no environment of that name */
export function environmentNamed(name: unknown, services: LocalServices = defaultLocalServices): Environment {
  const make = Object.entries(environments).find(([known]) => known === name)?.[1];
  if (!make)
    throw new Error(
      `No environment "${String(name)}"; pass -c environment=<name> with one of ${Object.keys(environments).join(', ')}.`,
    );
  return make(services);
}
