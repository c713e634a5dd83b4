import type { Fault } from '../fault.ts';

export const fault: Fault = {
  breaks: 'a deployment migrates the database again and replaces the processes of a function',
  async strike(pipeline, random) {
    const name = random.pick(['archive-orders', 'update-inventory', 'relay-outbox', 'load-orders'] as const);
    await Promise.all([
      pipeline.call('migrate-database', {}),
      pipeline.configure(name, { Description: random.uuid() }),
    ]);
  },
};
