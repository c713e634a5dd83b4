/** What is printed of services that were there before: where they are, never their logins. */
import { expect, test } from 'vitest';
import type { StackStatus } from '#localstack/stack/status.ts';
import { accessOf } from '../access.ts';
import { allServicesOf } from '../services.ts';
import { banner, withoutOwnLogins } from './banner.ts';

const aws = { endpoint: 'http://127.0.0.1:4566', region: 'us-east-1', accessKeyId: 'test', secretAccessKey: 'test' };
const made = { host: '127.0.0.1', port: 5432, database: 'till', user: 'till', password: 's3cret-database' };
const stack: StackStatus = {
  ...{ pid: 1, startedAt: '2026-12-01T00:00:00.000Z', runFolder: '/run' },
  kafka: { bootstrapServers: '127.0.0.1:9092' },
  postgres: { ...made, url: `postgresql://till:${made.password}@127.0.0.1:5432/till` },
  biReader: { user: 'bi_reader', password: 'of analysts', url: 'postgresql://bi_reader:analysts@127.0.0.1:5432/till' },
  s3: {
    ...aws,
    endpoint: 'https://s3.example.org',
    bucket: 'lake',
    accessKeyId: 's3cret-id',
    secretAccessKey: 's3cret',
  },
  lambda: { ...aws, functionPrefix: 'tillstream-local' },
  elasticsearch: { url: 'http://127.0.0.1:9200' },
  emr: { ...aws, applicationId: 'a', jobRoleArn: 'r' },
};

test('logins that the stack has made are told', () => {
  for (const told of [banner(stack), JSON.stringify(withoutOwnLogins(stack))])
    for (const secret of ['s3cret-database', 's3cret-id']) expect(told).toContain(secret);
});

test('logins of services of one’s own are not', () => {
  const login = { mechanism: 'PLAIN', username: 'shop', password: 's3cret' } as const;
  const own: StackStatus = { ...stack, kafka: { ...stack.kafka, login }, own: ['kafka', 'postgres', 's3'] };
  const { places, clients } = accessOf({ ...own, postgres: { ...made, user: 'console', password: 'of the page' } });
  const lake = places.find(({ name }) => name === 'S3');
  const asOwner = accessOf({ ...own, ownerUrl: own.postgres.url }).places;
  for (const told of [banner(own), JSON.stringify(withoutOwnLogins(own)), JSON.stringify([places, asOwner, clients])])
    expect(told).not.toContain('s3cret');
  expect(banner(own)).toMatch(/S3 +https:\/\/s3\.example\.org {2}bucket lake {2}\(yours: /);
  expect(lake).toMatchObject({ address: 's3.example.org:443' });
  expect(allServicesOf(own).map(({ name }) => name)).toContain('S3');
  expect(allServicesOf(stack).map(({ name }) => name)).not.toContain('S3');
});
