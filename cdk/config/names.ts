/** Names that code outside the stacks looks up. */
import type { DatabaseRole } from './functions.ts';

export const stackName = (environment: string, part: string): string => `tillstream-${environment}-${part}`;

/** A function's name up to its own part: `tillstream-local` of `tillstream-local-archive-orders`. */
export const functionPrefix = (environment: string): string => `tillstream-${environment}`;

export const functionNamed = (environment: string, name: string): string => `${functionPrefix(environment)}-${name}`;

/** What a person needs to look at an environment from elsewhere, and to act on it. IAM knows no regions, so the name has it. */
export const peoplesPolicyName = (environment: string, may: 'look' | 'act', region: string): string =>
  `tillstream-${environment}-${may}-${region}`;

export const databaseSecretName = (environment: string, role: DatabaseRole | 'admin'): string =>
  `tillstream/${environment}/database/${role}`;

/** A person makes this secret for an existing Elasticsearch; the search stack makes it for a node of our own. */
export const searchSecretName = (environment: string): string => `tillstream/${environment}/given/elasticsearch`;

export const alertTopicName = (environment: string): string => `tillstream-${environment}-alerts`;

export const parameterName = (environment: string, key: string): string => `/tillstream/${environment}/${key}`;

/** The MWAA environment, whose name is also in its log groups and metrics. */
export const airflowName = (environment: string): string => `tillstream-${environment}`;

/** Where Airflow's secrets backend looks for Connections, beside its Variables. */
export const airflowConnectionsPrefix = (variablesPrefix: string): string =>
  variablesPrefix.replace(/variables$/, 'connections');

/** The Elasticsearch node of our own, and the auto scaling group that keeps it alive. */
export const searchNodeName = (environment: string): string => `tillstream-${environment}-search`;

/** The password of Spark's database role; migrate-database gives it to the role. */
export const sparkSecretName = (environment: string): string => `tillstream/${environment}/database/spark_curation`;
