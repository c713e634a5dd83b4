import { persist } from '../cannot-strike.ts';
import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'a deployment migrates the database again and replaces the processes of a function',
  async strike(deployment, random) {
    const name = random.pick(['archive-orders', 'update-inventory', 'relay-outbox', 'load-orders'] as const);
    const Description = random.uuid();
    await Promise.all([
      // A deployment that fails is repeated.
      persist('the database is migrated', () => deployment.call('migrate-database', {})),
      persist(`${name} is deployed`, () => deployment.configure(name, { Description })),
    ]);
  },
};
