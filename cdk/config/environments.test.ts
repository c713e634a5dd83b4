import { describe, expect, it } from 'vitest';
import { environmentNamed } from './environments.ts';
import { defaultLocalServices } from './local-services.ts';

describe('environments', () => {
  it('uses the services of one machine at the addresses where they listen', () => {
    const local = environmentNamed('local', { services: { ...defaultLocalServices, postgresPort: 15432 } });
    expect(local.backbone).toMatchObject({
      kind: 'existing',
      database: { host: '127.0.0.1', port: 15432 },
      kafka: { bootstrapServers: '127.0.0.1:9092' },
    });
  });

  it('makes network, Kafka and PostgreSQL in the cloud, keeps data and runs the checks', () => {
    for (const name of ['dev', 'prod'])
      expect(environmentNamed(name)).toMatchObject({
        name,
        onDelete: 'keep',
        securityChecks: true,
        backbone: { kind: 'made' },
        search: { kind: 'own-node' },
        operations: { airflow: {}, spark: {} },
      });
  });

  it('leaves Airflow and Spark of one machine to localstack/, and has no alarms there', () => {
    expect(environmentNamed('local').operations).toBeUndefined();
    expect(environmentNamed('prod').operations?.airflow.size).not.toBe('mw1.micro'); // which has one scheduler
  });

  it('names the environments when asked for an unknown one', () => {
    expect(() => environmentNamed('staging')).toThrow('-c environment=<name> with one of local, dev, prod');
    expect(() => environmentNamed('toString')).toThrow('No environment "toString"');
  });
});
