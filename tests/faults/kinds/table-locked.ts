import { setTimeout as delay } from 'node:timers/promises';
import { inTransactionUntil } from '#adapters/postgres/index.ts';
import { CannotStrike } from '../cannot-strike.ts';
import type { FaultAnywhere } from '../fault.ts';

const LOCK_TIMEOUT_MS = 3_000;
const SPARE_MS = 5_000;
const LOCK_NOT_AVAILABLE = '55P03';

const tables = [
  'ledger.partitions',
  'ledger.deliveries',
  'ledger.outbox',
  'ledger.announcements',
  'inventory.inventory',
  'payments.transactions',
  'warehouse.fact_orders',
];

export const fault: FaultAnywhere = {
  anywhere: true,
  breaks: 'somebody holds a lock on a table for seconds',
  async strike({ pool }, random) {
    const table = random.pick(tables);
    const held = random.integer(500, 6_000);
    // If this process ends or stands still meanwhile, the table is free again soon after.
    const deadline = Date.now() + LOCK_TIMEOUT_MS + held + SPARE_MS;
    const hold = inTransactionUntil(pool, deadline, async (transaction) => {
      // Whoever comes after a waiting lock waits too, so it must not wait long behind a long statement.
      await transaction.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
      await transaction.query(`lock table ${table} in access exclusive mode`);
      await delay(held);
    });
    await hold.catch((cause: { readonly code?: string }) => {
      if (cause.code !== LOCK_NOT_AVAILABLE) throw cause;
      throw new CannotStrike(`Somebody else held ${table} for ${LOCK_TIMEOUT_MS / 1000} s.`, { cause });
    });
  },
};
