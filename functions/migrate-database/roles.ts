import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Pool } from '#adapters/postgres.ts';

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
    // `alter role` takes no parameters, so the server quotes both for us.
    const { rows } = await pool.query<{ statement: string }>(
      "select format('alter role %I login password %L', $1::text, $2::text) as statement",
      [role, password],
    );
    if (rows[0]) await pool.query(rows[0].statement);
  }
  return Object.keys(secretOf);
}
