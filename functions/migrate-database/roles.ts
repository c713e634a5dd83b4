/** Logins of the database's roles, from the secrets that hold them. */
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import { setPassword } from '#adapters/postgres/role-password.ts';
import { readLogin } from '#adapters/secrets.ts';
import { takeTurn } from '#delivery/turns.ts';

/**
 * Lets each role log in with the current password of its secret. A rotation may make another one current at any time: it does so in
 * its turn, and the secret is read in ours.
 *
 * @param secretOf role name → Secrets Manager secret with JSON {"username", "password"}
 * @param deadline when it must have ended, in milliseconds since 1970; a minute from now for each role if absent
 * @returns the roles' names
 */
export async function setPasswords(
  pool: Pool,
  secretOf: Readonly<Record<string, string>>,
  deadline?: number,
): Promise<string[]> {
  // One transaction: if the turn is lost with its connection, so is the password.
  for (const [role, secretId] of Object.entries(secretOf))
    await inTransactionUntil(pool, deadline, async (transaction) => {
      await takeTurn(transaction, 'passwords');
      const { password } = await readLogin(secretId, { stage: 'AWSCURRENT' });
      await setPassword(transaction, role, password);
    });
  return Object.keys(secretOf);
}
