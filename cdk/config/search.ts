/** Elasticsearch holds what dashboards show, all of it derived from PostgreSQL. */
import type { SsmValue } from './ssm-value.ts';

export type Search =
  | {
      /**
       * Exists before the stacks: this machine's, or Elastic Cloud, whose address a person puts into an SSM parameter:
       * `{ kind: 'existing', url: { parameter: '/tillstream/prod/given/elasticsearch/url' }, login: true }`
       */
      readonly kind: 'existing';
      readonly url: SsmValue;
      /** Whether it needs a login. A person then also makes the secret (names.ts), JSON with `username` and `password`. */
      readonly login: boolean;
    }
  | ({ readonly kind: 'own-node' } & SearchNode);

export interface SearchNode {
  /** Such as t4g.small: an ARM processor, and at least 2 GB. */
  readonly instanceType: string;
  readonly gigabytes: number;
}

/** One machine runs the same version (localstack/install/elasticsearch); the client may not be newer. */
export const ELASTICSEARCH_VERSION = '8.19.21';
