import { setTimeout as delay } from 'node:timers/promises';
import { inTransaction } from '#adapters/postgres/index.ts';
import type { FaultAnywhere } from '../fault.ts';

const tables = [
  'ledger.partitions',
  'ledger.deliveries',
  'ledger.outbox',
  'inventory.inventory',
  'payments.transactions',
  'warehouse.fact_orders',
];

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'somebody holds a lock on a table for seconds',
  strike: ({ pool }, random) =>
    inTransaction(pool, async (transaction) => {
      await transaction.query(`lock table ${random.pick(tables)} in access exclusive mode`);
      await delay(random.integer(500, 6_000));
    }),
};
