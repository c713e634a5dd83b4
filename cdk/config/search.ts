/** Elasticsearch, which holds what dashboards show. All of it follows from PostgreSQL. */
import type { SsmValue } from './ssm-value.ts';

export type Search =
  | {
      /**
       * There before the stacks: this machine's, or Elastic Cloud, whose address a person puts into an SSM parameter:
       * `{ kind: 'existing', url: { parameter: '/tillstream/prod/given/elasticsearch/url' }, login: true }`
       */
      readonly kind: 'existing';
      readonly url: SsmValue;
      /** Whether it asks who one is: the secret (names.ts) is then given too, JSON with `username` and `password`. */
      readonly login: boolean;
    }
  | ({ readonly kind: 'own-node' } & SearchNode);

export interface SearchNode {
  /** Such as t4g.small: an ARM processor, and at least 2 GB. */
  readonly instanceType: string;
  readonly gigabytes: number;
}

/** The server of one machine (localstack/install) has the same; the client may not be newer. */
export const ELASTICSEARCH_VERSION = '8.19.21';
