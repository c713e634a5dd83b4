import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Pool } from '#adapters/postgres/index.ts';
import { setPassword } from '#adapters/postgres/role-password.ts';

/**
 * Lets each role log in with the password of its secret.
 *
 * @param secretOf role name → Secrets Manager secret with JSON {"username", "password"}
 */
export async function setPasswords(
  pool: Pool,
  secrets: SecretsManagerClient,
  secretOf: Readonly<Record<string, string>>,
): Promise<string[]> {
  for (const [role, secretId] of Object.entries(secretOf)) {
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId: secretId }));
    const { password } = JSON.parse(SecretString ?? '{}') as { password?: string };
    if (!password) throw new Error(`Secret ${secretId} of role ${role} has no password.`);
    await setPassword(pool, role, password);
  }
  return Object.keys(secretOf);
}
