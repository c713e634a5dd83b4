import { describe, expect, it } from 'vitest';
import { defaultLocalServices, environmentNamed } from './environments.ts';

describe('environments', () => {
  it('takes the services of one machine where they listen', () => {
    const local = environmentNamed('local', { ...defaultLocalServices, postgresPort: 15432 });
    expect(local.database).toMatchObject({ host: '127.0.0.1', port: '15432', tls: 'off' });
    expect(local.kafka).toEqual({ bootstrapServers: '127.0.0.1:9092', eventSources: 'local-poller' });
  });

  it('keeps data, checks certificates and runs the checks in the cloud', () => {
    for (const name of ['dev', 'prod'])
      expect(environmentNamed(name)).toMatchObject({
        name,
        onDelete: 'keep',
        awsSolutionsChecks: true,
        database: { tls: 'require' },
        kafka: { eventSources: 'lambda' },
        search: { login: true },
      });
  });

  it('says which environments there are', () => {
    expect(() => environmentNamed('staging')).toThrow('-c environment=<name> with one of local, dev, prod');
    expect(() => environmentNamed('toString')).toThrow('No environment "toString"');
  });
});
