/**
 * The addresses of the local services inside the templates. Synthesis takes seconds, and each stack has its own ports, so
 * templates are synthesized once with placeholders, and every deployment fills in its own addresses.
 */

import { type LocalServices, localLakeBucket } from '#cdk/config/local-services.ts';
import type { Configuration } from '#domain/configuration/keys.ts';

/** What synthesis decides by: each value makes templates of its own. */
export interface Settings {
  readonly configuration: Configuration;
}

/** Valid to CDK and found nowhere else in a template; the top-level domain is reserved by RFC 2606. */
export const placeholders = {
  postgresHost: 'postgres-host.invalid',
  postgresPort: 59_683,
  postgresDatabase: 'postgres-database.invalid',
  postgresUser: 'postgres-user.invalid',
  postgresPassword: '', // storePassword (deploy.ts) sets it, so that no template holds it
  kafkaBootstrapServers: 'kafka.invalid:9092',
  elasticsearchUrl: 'http://elasticsearch.invalid:9200',
  lakeBucket: localLakeBucket,
} as const satisfies LocalServices;

type Address = Exclude<keyof typeof placeholders, 'postgresPassword' | 'lakeBucket'>;

const addresses = Object.entries(placeholders).filter(
  ([name]) => name !== 'postgresPassword' && name !== 'lakeBucket',
) as [Address, string | number][];

/** Replaces every placeholder in the template's strings. */
export function fillIn(template: object, services: Pick<LocalServices, Address>): object {
  return JSON.parse(JSON.stringify(template), (_key, value: unknown) =>
    typeof value === 'string'
      ? addresses.reduce((text, [name, placeholder]) => text.replaceAll(`${placeholder}`, `${services[name]}`), value)
      : value,
  );
}
