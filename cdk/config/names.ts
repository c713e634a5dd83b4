/** Names that something outside the stacks looks up. */
import type { DatabaseRole } from './functions.ts';

export const stackName = (environment: string, part: string): string => `tillstream-${environment}-${part}`;

/** What stands before the dash and a function's name: `tillstream-local` for `tillstream-local-archive-orders`. */
export const functionPrefix = (environment: string): string => `tillstream-${environment}`;

export const functionNamed = (environment: string, name: string): string => `${functionPrefix(environment)}-${name}`;

export const databaseSecretName = (environment: string, role: DatabaseRole | 'admin'): string =>
  `tillstream/${environment}/database/${role}`;

/** Made by whoever runs Elasticsearch: a person, or the stack of a node of our own. */
export const searchSecretName = (environment: string): string => `tillstream/${environment}/given/elasticsearch`;

export const alertTopicName = (environment: string): string => `tillstream-${environment}-alerts`;

export const parameterName = (environment: string, key: string): string => `/tillstream/${environment}/${key}`;

/** Of the MWAA environment, which also names its log groups and metrics. */
export const airflowName = (environment: string): string => `tillstream-${environment}`;

/** Where Airflow's secrets backend looks for Connections, beside its Variables. */
export const airflowConnectionsPrefix = (variablesPrefix: string): string =>
  variablesPrefix.replace(/variables$/, 'connections');

/** Of a node of Elasticsearch of our own, and the group that keeps it alive. */
export const searchNodeName = (environment: string): string => `tillstream-${environment}-search`;

/** The password of Spark's database role; migrate-database gives it to the role. */
export const sparkSecretName = (environment: string): string => `tillstream/${environment}/database/spark_curation`;
