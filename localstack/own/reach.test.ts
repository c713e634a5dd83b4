import { expect, test } from 'vitest';
import { reach } from './reach.ts';
import { runByOthers } from './run-by-others.ts';

test('what ps shows of Spark holds no login', () => {
  const login = { mechanism: 'PLAIN', username: 'shop', password: 's3cret-kafka' } as const;
  const lake = { endpoint: 'http://s3:9000', region: 'us-east-1', bucket: 'lake' };
  const { functions, logins, properties } = reach({
    kafka: { service: { ...runByOthers('Kafka'), bootstrapServers: 'b:1', login }, clusterId: 'c', makes: '' },
    s3: {
      access: { ...lake, accessKeyId: 's3cret-id', secretAccessKey: 's3cret-key' },
      makes: '',
      id: 'id',
      prepare: async () => {},
      owner: async () => undefined,
      claim: async (ledger) => ledger,
    },
  });
  for (const told of [functions, logins])
    expect(Object.values(told)).toEqual(expect.arrayContaining(['s3cret-kafka', 's3cret-id', 's3cret-key']));
  expect(JSON.stringify(properties)).not.toContain('s3cret');
  expect(properties['spark.hadoop.fs.s3a.endpoint']).toBe('http://s3:9000');
  expect(reach({})).toEqual({ functions: {}, logins: {}, properties: {} });
});
