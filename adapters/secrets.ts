/** Logins that Secrets Manager keeps: JSON with `username` and `password`. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsLimits } from './aws.ts';

export interface Login {
  readonly username: string;
  readonly password: string;
  /** Where to log in, if the secret says so. */
  readonly url?: string;
  /** PEM of the authority that signed the server's certificate, if the secret names one. */
  readonly ca?: string;
}

/** Which of a secret's versions to read; the current one if absent. */
export interface SecretVersion {
  readonly stage: 'AWSCURRENT' | 'AWSPENDING';
  readonly id?: string | undefined;
}

let client: SecretsManagerClient | undefined;

/** One client for each process, made when it is first needed. */
export function secretsManager(): SecretsManagerClient {
  client ??= new SecretsManagerClient(awsLimits);
  return client;
}

/**
 * Reads the secret at each call, so a rotated password is picked up.
 *
 * @throws if there is no such secret or version, or if it is not a login
 */
export async function readLogin(secretId: string, version?: SecretVersion): Promise<Login> {
  const { SecretString } = await secretsManager().send(
    new GetSecretValueCommand({ SecretId: secretId, VersionStage: version?.stage, VersionId: version?.id }),
  );
  return loginIn(
    SecretString ?? '{}',
    version ? `Version ${version.stage} of secret ${secretId}` : `Secret ${secretId}`,
  );
}

/** @param name what to call the secret in an error */
export function loginIn(json: string, name: string): Login {
  const login = JSON.parse(json) as Partial<Login>;
  const { username, password } = login;
  if (!username || !password) throw new Error(`${name} has no login; expected JSON with "username" and "password".`);
  return { ...login, username, password };
}
