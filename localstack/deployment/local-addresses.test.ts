import { expect, it } from 'vitest';
import { localLakeBucket } from '#cdk/config/local-services.ts';
import { fillIn, placeholders } from './local-addresses.ts';

const services = {
  postgresHost: '127.0.0.1',
  postgresPort: 5433,
  postgresDatabase: 'shop "one"',
  postgresUser: 'owner',
  kafkaBootstrapServers: '127.0.0.1:9093,127.0.0.1:9094',
  elasticsearchUrl: 'http://127.0.0.1:9201',
};

it('fills in every address, alone or inside a text, and leaves the rest', () => {
  const environment = {
    host: placeholders.postgresHost,
    port: String(placeholders.postgresPort),
    url: `postgres://${placeholders.postgresUser}@${placeholders.postgresHost}:${placeholders.postgresPort}/${placeholders.postgresDatabase}`,
    kafka: ['Fn::Join', placeholders.kafkaBootstrapServers],
    search: placeholders.elasticsearchUrl,
    bucket: localLakeBucket,
    memory: 512,
  };
  expect(fillIn(environment, services)).toEqual({
    host: '127.0.0.1',
    port: '5433',
    url: 'postgres://owner@127.0.0.1:5433/shop "one"',
    kafka: ['Fn::Join', '127.0.0.1:9093,127.0.0.1:9094'],
    search: 'http://127.0.0.1:9201',
    bucket: localLakeBucket,
    memory: 512,
  });
});
