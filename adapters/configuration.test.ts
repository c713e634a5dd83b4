import { describe, expect, it } from 'vitest';
import { databaseConfiguration, kafkaConfiguration, kafkaLoginVariables } from './configuration.ts';
import { connectionOptions } from './kafka/client.ts';

const database = { DATABASE_HOST: 'h', DATABASE_PORT: '5432', DATABASE_NAME: 'd', DATABASE_USER: 'u' };
const kafka = { KAFKA_BOOTSTRAP_SERVERS: 'one:9098, two:9098' };

describe('how a function logs in', () => {
  it('to PostgreSQL: with a password that is in a secret, or with IAM and no secret', () => {
    expect(databaseConfiguration({ ...database, DATABASE_SECRET_ID: 's' })).toMatchObject({
      login: { kind: 'password', secretId: 's' },
      tls: 'require',
    });
    expect(databaseConfiguration({ ...database, DATABASE_AUTH: 'iam' }).login).toEqual({ kind: 'iam' });
    expect(() => databaseConfiguration(database)).toThrow('DATABASE_SECRET_ID is not set');
  });

  it('to Kafka: not at all, or with IAM over TLS', async () => {
    const brokers = ['one:9098', 'two:9098'];
    expect(connectionOptions(kafkaConfiguration(kafka))).toEqual({ brokers });

    const options = connectionOptions(kafkaConfiguration({ ...kafka, KAFKA_AUTH: 'iam' }));
    expect(options).toMatchObject({ brokers, ssl: true, sasl: { mechanism: 'oauthbearer' } });
  });

  it('to Kafka: by name and password, with TLS or without, as the variables say that it writes itself', () => {
    const login = { mechanism: 'SCRAM-SHA-512', username: 'shop', password: 's3cret' } as const;
    for (const given of [{ login }, { tls: {} }, { login, tls: { ca: '/ca', certificate: '/crt', key: '/key' } }]) {
      const variables = kafkaLoginVariables({ bootstrapServers: '', ...given });
      expect(kafkaConfiguration({ ...kafka, ...variables })).toEqual({ ...kafkaConfiguration(kafka), ...given });
    }
    expect(connectionOptions({ bootstrapServers: 'b:1', login, tls: {} })).toEqual({
      brokers: ['b:1'],
      ssl: {},
      sasl: { mechanism: 'scram-sha-512', username: 'shop', password: 's3cret' },
    });
    expect(() => kafkaConfiguration({ ...kafka, KAFKA_AUTH: 'GSSAPI' })).toThrow(
      /^KAFKA_AUTH is GSSAPI; expected iam, /,
    );
    expect(() => kafkaConfiguration({ ...kafka, KAFKA_AUTH: 'PLAIN' })).toThrow('KAFKA_USERNAME is not set');
  });
});
