import type { FaultAnywhere } from '../fault.ts';

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'a deployment migrates the database again and replaces the processes of a function',
  async strike(deployment, random) {
    const name = random.pick(['archive-orders', 'update-inventory', 'relay-outbox', 'load-orders'] as const);
    await Promise.all([
      deployment.call('migrate-database', {}),
      deployment.configure(name, { Description: random.uuid() }),
    ]);
  },
};
