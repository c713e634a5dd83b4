import { describe, expect, it } from 'vitest';
import { databaseToken, kafkaToken } from './iam-login.ts';

const signer = {
  region: 'us-east-1',
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: "IQoJb3(JpZ2lu*X2Vj/EXAMPLE=='",
};
const now = new Date('2026-11-21T08:00:00.123Z');
const parametersOf = (url: string) => Object.fromEntries(new URL(url).searchParams);

/** The signatures are those that @smithy/signature-v4 5.7.5, which the AWS SDK signs with, gave for the same requests. */
describe('logging in with IAM', () => {
  it('signs the request to connect to one database as one user', () => {
    const where = { host: 'proxy.example.us-east-1.rds.amazonaws.com', port: 5432, user: 'archive_orders' };
    const token = databaseToken(signer, where, now);
    expect(token).toMatch(/^proxy\.example\.us-east-1\.rds\.amazonaws\.com:5432\/\?/);
    expect(parametersOf(`https://${token}`)).toEqual({
      Action: 'connect',
      DBUser: 'archive_orders',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20261121/us-east-1/rds-db/aws4_request',
      'X-Amz-Date': '20261121T080000Z',
      'X-Amz-Expires': '900',
      'X-Amz-Security-Token': signer.sessionToken,
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Signature': '4237ab4194415564718d5539c74c39504ae518e67c2c082f1e4b5ff04ba931b2',
    });
  });

  it('signs the request to connect to Kafka, in the form that MSK reads', () => {
    const url = Buffer.from(kafkaToken(signer, now), 'base64url').toString();
    expect(url).toMatch(/^https:\/\/kafka\.us-east-1\.amazonaws\.com\/\?/);
    expect(parametersOf(url)).toMatchObject({
      Action: 'kafka-cluster:Connect',
      'X-Amz-Expires': '900',
      'X-Amz-Signature': 'd404306313a258cd0a28b8e166be2acdb81ef065aa13e5486fed4046080efb04',
      'User-Agent': 'tillstream',
    });
  });

  it('leaves the session out for a user, who has none', () => {
    const { sessionToken: _, ...user } = signer;
    expect(databaseToken(user, { host: 'h', port: 1, user: 'u' }, now)).not.toContain('Security-Token');
  });
});
