/** Everything in which the environments differ. Stacks get these values and never ask which environment they are in. */
import type { Orchestration } from './orchestration.ts';
import type { Search } from './search.ts';

export type EnvironmentName = 'local' | 'dev' | 'prod';

export interface Environment {
  readonly name: EnvironmentName;
  readonly lake: {
    /** Without one CloudFormation makes a name that is free in the whole world. */
    readonly bucketName?: string;
    /** Days for which S3's access log is kept; without it none is written. */
    readonly accessLogDays?: number;
  };
  /** Data and messages at rest: keys of our own, whose use policies decide and audits see, or each service's. */
  readonly encryption: 'own-keys' | 'service-keys';
  readonly backbone: Backbone;
  readonly search: Search;
  /** Absent where another does it: localstack/ runs Airflow and Spark on one machine. */
  readonly operations?: Operations;
  readonly functions: {
    readonly architecture: 'arm64' | 'x86_64';
    readonly tracing: boolean;
    readonly logRetentionDays: number;
  };
  /** Where Airflow's secrets backend looks for Variables; environments may share an account, so each has its own. */
  readonly airflowVariablesPrefix: string;
  /** Who hears of alarms, beside those who subscribe themselves: `-c alertEmails=ops@example.org,…`. */
  readonly alertEmails: readonly string[];
  /** More late transactions than this of all (0 to 1), or more than so many, in the last day alert people. */
  readonly lateAlert: { readonly ratio: number; readonly count: number };
  /** What becomes of the lake and the database when their stacks are deleted: both stay (one as a snapshot), or neither. */
  readonly onDelete: 'keep' | 'destroy';
  /** Whether the stacks that hold data refuse to be deleted until they are deployed with `-c protected=false`. */
  readonly protected: boolean;
  readonly securityChecks: boolean;
}

/** Network, Kafka and PostgreSQL: there before the stacks, or made by them. */
export type Backbone = ExistingBackbone | MadeBackbone;

/** Functions run outside of any VPC; localstack/ polls Kafka for them, since LocalStack has no Kafka event source. */
export interface ExistingBackbone {
  readonly kind: 'existing';
  readonly kafka: { readonly bootstrapServers: string };
  readonly database: DatabaseName & {
    readonly host: string;
    readonly port: number;
    /** The database was there first, so its owner's password is given instead of generated; for one machine only. */
    readonly adminPassword: string;
  };
}

export interface MadeBackbone {
  readonly kind: 'made';
  readonly network: Network;
  readonly kafka: Msk;
  readonly database: Rds;
}

export interface DatabaseName {
  readonly name: string;
  /** Who owns the schemas and applies the migrations. */
  readonly adminUser: string;
}

export interface Network {
  /** Availability zones, each with a subnet of every kind: 2 or 3. */
  readonly zones: number;
  /** How private subnets reach the internet: one small instance is cheap and may fail, a gateway per zone is neither. */
  readonly outbound: { readonly kind: 'instance'; readonly type: string } | { readonly kind: 'gateway-per-zone' };
  /** Private addresses for the AWS services in use; without them calls go out by NAT. S3 has one in any case. */
  readonly interfaceEndpoints: boolean;
  readonly flowLogDays: number;
}

/** Provisioned MSK. Serverless is not offered: it costs more than two small brokers and its topics can't be stack resources. */
export interface Msk {
  /** Such as kafka.m7g.large; one broker in each zone. */
  readonly brokerType: string;
  readonly storage: { readonly gigabytes: number /** Grows up to this by itself. */; readonly most: number };
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
  readonly monitoring: 'DEFAULT' | 'PER_BROKER' | 'PER_TOPIC_PER_BROKER' | 'PER_TOPIC_PER_PARTITION';
  readonly logRetentionDays: number;
}

/** RDS for PostgreSQL, behind RDS Proxy. */
export interface Rds extends DatabaseName {
  /** Such as t4g.micro. */
  readonly instanceType: string;
  readonly multiAz: boolean;
  readonly storage: { readonly gigabytes: number /** Grows up to this by itself. */; readonly most: number };
  readonly backupDays: number;
  readonly logRetentionDays: number;
  /** Days between two passwords of a role; without it they stay until somebody rotates them. */
  readonly rotationDays?: number;
}

/** What runs and watches the pipelines: MWAA, EMR Serverless, CloudWatch. */
export interface Operations extends Orchestration {
  /** A budget of so many US dollars tells when the cost passes it. */
  readonly dollarsPerMonth: number;
}
