/** Logins of the database's roles, from the secrets that hold them. */
import type { Pool } from '#adapters/postgres/index.ts';
import { setPassword } from '#adapters/postgres/role-password.ts';
import { readLogin } from '#adapters/secrets.ts';

/**
 * Lets each role log in with the password of its secret.
 *
 * @param secretOf role name → Secrets Manager secret with JSON {"username", "password"}
 * @returns the roles' names
 */
export async function setPasswords(pool: Pool, secretOf: Readonly<Record<string, string>>): Promise<string[]> {
  for (const [role, secretId] of Object.entries(secretOf)) {
    const { password } = await readLogin(secretId);
    await setPassword(pool, role, password);
  }
  return Object.keys(secretOf);
}
