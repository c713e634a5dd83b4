/** Everything in which the environments differ. Stacks get these values and never ask which environment they are in. */
import type { Configuration, EnvironmentName } from '#domain/configuration/keys.ts';
import type { Orchestration } from './orchestration.ts';
import type { Search } from './search.ts';
import type { GivenTeamPage } from './team-page.ts';

export type { EnvironmentName } from '#domain/configuration/keys.ts';

export interface Environment {
  readonly name: EnvironmentName;
  /** What a shop sets (tillstream.config.json, docs/configuration.md). */
  readonly configuration: Configuration;
  readonly lake: {
    /** If absent, CloudFormation makes up a globally unique name. */
    readonly bucketName?: string;
    /** Days for which S3's access log is kept; if absent, none is written. */
    readonly accessLogDays?: number;
  };
  /** Encrypts data and messages at rest: with keys of our own, which policies govern and audits see, or with each service's. */
  readonly encryption: 'own-keys' | 'service-keys';
  readonly backbone: Backbone;
  readonly search: Search;
  /** Absent for `local`: localstack/ runs Airflow and Spark on one machine. */
  readonly operations?: Operations;
  /** The page for a team; if absent, an engineer's own machine serves it. `-c console=<file>` sets it too. */
  readonly console?: GivenTeamPage;
  readonly functions: {
    readonly architecture: 'arm64' | 'x86_64';
    readonly tracing: boolean;
    readonly logRetentionDays: number;
  };
  /** Where Airflow's secrets backend looks for Variables; environments may share an account, so each has its own. */
  readonly airflowVariablesPrefix: string;
  /** Whether the lake, and the database as a snapshot, stay when their stacks are deleted. */
  readonly onDelete: 'keep' | 'destroy';
  /** Whether the stacks that hold data refuse to be deleted until they are deployed with `-c protected=false`. */
  readonly protected: boolean;
  readonly securityChecks: boolean;
}

/** Network, Kafka and PostgreSQL: they exist before the stacks, or the stacks make them. */
export type Backbone = ExistingBackbone | MadeBackbone;

/** Functions run outside of any VPC; localstack/poller/ polls Kafka for them, since LocalStack has no Kafka event source. */
export interface ExistingBackbone {
  readonly kind: 'existing';
  readonly kafka: { readonly bootstrapServers: string };
  readonly database: DatabaseName & {
    readonly host: string;
    readonly port: number;
    /** The owner's password, which can't be generated for a database that exists already; for one machine only. */
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
  /** The role that owns the schemas and applies the migrations. */
  readonly adminUser: string;
}

export interface Network {
  /** Availability zones, each with a subnet of every kind: 2 or 3. */
  readonly zones: number;
  /** How private subnets reach the internet: one small instance is cheap but may fail, a gateway per zone is safe but dear. */
  readonly outbound: { readonly kind: 'instance'; readonly type: string } | { readonly kind: 'gateway-per-zone' };
  /** Whether the AWS services in use get private addresses; if not, calls go through NAT. S3 always has one. */
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
  readonly retentionHours: number;
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
  /** Days between two rotations of a role's password; if absent, passwords stay until somebody rotates them. */
  readonly rotationDays?: number;
}

/** Runs and watches the pipelines: MWAA, EMR Serverless, CloudWatch. */
export interface Operations extends Orchestration {
  /** US dollars; a budget alerts when the month's cost passes them. */
  readonly dollarsPerMonth: number;
}
