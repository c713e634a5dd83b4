/** The DAGs in a real Airflow, on the deployed functions: one group after another, each on a new database. */
import { afterAll, beforeAll, describe } from 'vitest';
import { dagStack, freshWarehouse, stopDagStack } from './stack.ts';

beforeAll(() => dagStack(), 600_000);
afterAll(stopDagStack);

describe('payments', async () => {
  await import('./payments.ts');
});

describe('orders and events', async () => {
  beforeAll(freshWarehouse);
  await import('./orders-and-events.ts');
});

describe('the inventory report', async () => {
  beforeAll(freshWarehouse);
  await import('./inventory-report.ts');
});
