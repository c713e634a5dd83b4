import { setTimeout as delay } from 'node:timers/promises';
import { type DatabaseRole, databaseRoles } from '#cdk/config/functions.ts';
import { databaseSecretName } from '#cdk/config/names.ts';
import { allOrError } from '#localstack/processes/all-or-error.ts';
import { persist } from '../cannot-strike.ts';
import type { Fault } from '../fault.ts';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

export const fault: Fault = {
  breaks: 'the passwords of roles are rotated while deployments set them, and connections of these roles break',
  async strike({ call, pool }, random) {
    const rotate = async (role: DatabaseRole, ClientRequestToken: string) => {
      const SecretId = databaseSecretName('local', role);
      // Secrets Manager repeats a rotation that failed.
      await persist(`the password of ${role} is rotated`, async () => {
        for (const Step of STEPS) await call('rotate-passwords', { Step, SecretId, ClientRequestToken });
      });
      await pool.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where usename = $1 and pid <> pg_backend_pid()',
        [role],
      );
    };
    const deploy = async (after: number) => {
      await delay(after);
      await persist('the database is migrated', () => call('migrate-database', {}));
    };
    const roles = new Set(Array.from({ length: 3 }, () => random.pick(databaseRoles)));
    await allOrError([
      ...[...roles].map((role) => rotate(role, random.uuid())),
      ...Array.from({ length: 4 }, () => deploy(random.integer(0, 1_500))),
    ]);
  },
};
