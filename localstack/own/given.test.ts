import { expect, test } from 'vitest';
import { readOwn } from './given.ts';

test('nothing is given by default', () => {
  expect(readOwn({}, {})).toEqual({});
});

test('each is read from its option, or else from its variable', () => {
  const env = {
    TILLSTREAM_KAFKA: 'a:1',
    TILLSTREAM_S3: 'https://s3.eu-central-1.amazonaws.com/the-shops/',
    TILLSTREAM_ELASTICSEARCH: 'http://search:9200/',
  };
  expect(readOwn({ kafka: 'b:2, c:3', postgres: 'postgresql://shop:p%40ss@db/orders?sslmode=disable' }, env)).toEqual({
    kafka: { bootstrapServers: 'b:2,c:3' },
    postgres: { host: 'db', port: 5432, database: 'orders', user: 'shop', password: 'p@ss' },
    s3: { endpoint: 'https://s3.eu-central-1.amazonaws.com', bucket: 'the-shops' },
    elasticsearch: { url: 'http://search:9200' },
  });
  expect(readOwn({ s3: 'http://minio:9000' }, {})).toEqual({
    s3: { endpoint: 'http://minio:9000', bucket: 'orders-lake' },
  });
});

test.each([
  ['kafka', 'broker', /^--kafka expects HOST:PORT/],
  ['kafka', 'kafka://broker:9093', /^--kafka expects HOST:PORT.*behind a protocol/],
  ['kafka', 'SASL_SSL://me:s3cret@broker:9093', /^--kafka expects HOST:PORT.*A login is in TILLSTREAM_KAFKA_USERNAME/],
  ['kafka', 'sasl_ssl://broker:9093', /^SASL_SSL needs a login: set TILLSTREAM_KAFKA_USERNAME/],
  ['postgres', 'mysql://a:b@c/d', /^--postgres expects postgresql:/],
  ['postgres', 'postgresql://shop@db/orders', /lacks .*the password/],
  ['postgres', 'postgresql://shop:s3cret@db/orders', /db is another machine: add \?sslmode=verify-full/],
  [
    'postgres',
    'postgresql://shop:s3cret@db/orders?sslmode=require',
    /with TLS \?sslmode=verify-full.*not sslmode=require/,
  ],
  ['postgres', 'postgresql://shop:s3cret@db/orders?sslrootcert=/none', /^sslrootcert is \/none, which can't be read/],
  ['postgres', 'postgresql://shop:s3cret@db/orders?options=-c', /takes sslmode and sslrootcert, not options/],
  ['s3', 's3://lake', /^--s3 expects http:/],
  ['s3', 'http://minio:9000/lake/raw', /"lake\/raw" is no bucket's name/],
  ['s3', 'http://me:s3cret@minio:9000/lake', /its login in AWS_ACCESS_KEY_ID/],
  ['elasticsearch', 'search:9200', /^--elasticsearch expects http:/],
  ['elasticsearch', 'https://elastic:s3cret@search', /has a login/],
] as const)('%s %s is refused, without what is secret in it', (name, text, said) => {
  expect(() => readOwn({ [name]: text }, {})).toThrow(said);
  expect(() => readOwn({ [name]: text }, {})).not.toThrow(/s3cret/);
});
