/** A function's settings, read from its environment. cdk/ sets each variable for the functions that need it. */

import type { Intervals } from '#domain/configuration/intervals.ts';

export interface DatabaseConfiguration {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly login: DatabaseLogin;
  /** `require` checks the server's certificate against Node's roots and NODE_EXTRA_CA_CERTS; `off` is for local use. */
  readonly tls: 'require' | 'off';
}

export type DatabaseLogin =
  /** As the running role, to RDS or RDS Proxy. The role needs `rds-db:connect` for the user. */
  | { readonly kind: 'iam' }
  /** By the password of a secret (secrets.ts). */
  | { readonly kind: 'password'; readonly secretId: string };

export function databaseConfiguration(env: NodeJS.ProcessEnv = process.env): DatabaseConfiguration {
  return {
    host: required('DATABASE_HOST', env),
    port: Number(required('DATABASE_PORT', env)),
    database: required('DATABASE_NAME', env),
    user: required('DATABASE_USER', env),
    login:
      env.DATABASE_AUTH === 'iam'
        ? { kind: 'iam' }
        : { kind: 'password', secretId: required('DATABASE_SECRET_ID', env) },
    tls: env.DATABASE_TLS === 'off' ? 'off' : 'require',
  };
}

export interface KafkaConfiguration {
  /** `host:port`, separated by commas. */
  readonly bootstrapServers: string;
  /** `iam`: as the running role, over TLS, to MSK. If absent, Kafka needs no login, or takes the certificate for one (local only). */
  readonly login?: 'iam' | KafkaLogin | undefined;
  /** Encrypts what has another login than `iam`, or none. */
  readonly tls?: KafkaTls | undefined;
}

export const KAFKA_MECHANISMS = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;

export interface KafkaLogin {
  readonly mechanism: (typeof KAFKA_MECHANISMS)[number];
  readonly username: string;
  readonly password: string;
}

/** Files in PEM: whose certificates are believed, if not the system's roots, and the client's own certificate and key. */
export interface KafkaTls {
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export function kafkaConfiguration(env: NodeJS.ProcessEnv = process.env): KafkaConfiguration {
  return {
    bootstrapServers: required('KAFKA_BOOTSTRAP_SERVERS', env),
    login: kafkaLogin(env),
    ...(env.KAFKA_TLS === 'on' && {
      tls: { ca: env.KAFKA_CA_FILE, certificate: env.KAFKA_CERTIFICATE_FILE, key: env.KAFKA_KEY_FILE },
    }),
  };
}

function kafkaLogin(env: NodeJS.ProcessEnv): KafkaConfiguration['login'] {
  const auth = env.KAFKA_AUTH;
  if (!auth) return undefined;
  if (auth === 'iam') return auth;
  const mechanism = KAFKA_MECHANISMS.find((each) => each === auth);
  if (!mechanism) throw new Error(`KAFKA_AUTH is ${auth}; expected iam, ${KAFKA_MECHANISMS.join(', ')}, or nothing.`);
  return { mechanism, username: required('KAFKA_USERNAME', env), password: required('KAFKA_PASSWORD', env) };
}

/** Nothing but how it is reached, of something that has more. */
export const kafkaOf = ({ bootstrapServers, login, tls }: KafkaConfiguration): KafkaConfiguration => ({
  bootstrapServers,
  ...(login && { login }),
  ...(tls && { tls }),
});

/** What `kafkaConfiguration` reads, but for the addresses. */
export function kafkaLoginVariables({ login, tls }: KafkaConfiguration): Record<string, string> {
  const named = typeof login === 'object' ? login : undefined;
  const variables = {
    KAFKA_AUTH: named?.mechanism ?? login,
    ...{ KAFKA_USERNAME: named?.username, KAFKA_PASSWORD: named?.password },
    ...{ KAFKA_TLS: tls && 'on', KAFKA_CA_FILE: tls?.ca },
    ...{ KAFKA_CERTIFICATE_FILE: tls?.certificate, KAFKA_KEY_FILE: tls?.key },
  };
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

export const lakeBucket = (env: NodeJS.ProcessEnv = process.env): string => required('LAKE_BUCKET', env);

export interface LakeLogin {
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * The login to S3 where it is not the one to the rest of AWS: with an S3 of one's own, functions call LocalStack for everything
 * else. AWS_ENDPOINT_URL_S3 is its address.
 */
export function lakeLogin(env: NodeJS.ProcessEnv = process.env): LakeLogin | undefined {
  if (!env.LAKE_ACCESS_KEY_ID) return undefined;
  return {
    region: required('LAKE_REGION', env),
    credentials: { accessKeyId: env.LAKE_ACCESS_KEY_ID, secretAccessKey: required('LAKE_SECRET_ACCESS_KEY', env) },
  };
}

/** What such a login is in the environment of a program. */
export const lakeVariables = ({ region, credentials }: LakeLogin): Record<string, string> => ({
  LAKE_REGION: region,
  LAKE_ACCESS_KEY_ID: credentials.accessKeyId,
  LAKE_SECRET_ACCESS_KEY: credentials.secretAccessKey,
});

export interface SearchConfiguration {
  /** Such as https://search.example.org:9200; undefined if the secret holds it. */
  readonly url: string | undefined;
  /** A secret that holds the login (secrets.ts); undefined if Elasticsearch needs none. */
  readonly secretId: string | undefined;
}

export function searchConfiguration(env: NodeJS.ProcessEnv = process.env): SearchConfiguration {
  const secretId = env.ELASTICSEARCH_SECRET_ID;
  return { url: secretId ? env.ELASTICSEARCH_URL : required('ELASTICSEARCH_URL', env), secretId };
}

/** How often the DAGs run. */
export const dagIntervals = (env: NodeJS.ProcessEnv = process.env): Intervals =>
  JSON.parse(required('DAG_INTERVALS', env));

/**
 * Reads a variable. Call it when the function starts, so that a missing one fails there and not in the middle of a batch.
 *
 * @throws with the name of a variable that is missing or empty
 */
export function required(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const value = env[name];
  if (value === undefined || value === '')
    throw new Error(`Environment variable ${name} is not set; cdk/ sets it for each function that needs it.`);
  return value;
}
