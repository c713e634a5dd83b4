/** The proof: balances the books of every stream that has them, from Kafka's offsets to the warehouse's cents. */

import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import type { Lake } from '#adapters/lake/index.ts';
import { inTransactionUntil, type Pool } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { proveCuration } from './curation.ts';
import { proveInventory } from './inventory.ts';
import { proveOrders } from './orders.ts';
import { proveOutbox } from './outbox.ts';
import { type Proof, summarize } from './proof.ts';
import type { ProofOptions } from './request.ts';
import { proveTransactions } from './transactions.ts';
import { proveUserEvents } from './user-events.ts';

export interface Sources {
  readonly pool: Pool;
  readonly lake: Lake;
  /** Earliest and latest offset of every partition of a topic. */
  offsets(topic: string): Promise<readonly PartitionOffsets[]>;
  /** Every document of the index hourly_metrics. */
  hourlyMetrics(): Promise<readonly HourlyMetrics[]>;
}

/** One state of the database, however much flows on meanwhile. */
const SNAPSHOT = 'isolation level repeatable read read only';

/** @param deadline when its transaction must have ended, in milliseconds since 1970; a minute from now if absent */
export async function prove(sources: Sources, options: ProofOptions, deadline?: number): Promise<Proof> {
  return inTransactionUntil(
    sources.pool,
    deadline,
    async (transaction) => {
      const orders = await proveOrders(sources, transaction, options);
      const inventory = await proveInventory(sources, transaction, options);
      const transactions = await proveTransactions(sources, transaction, options);
      const userEvents = await proveUserEvents(sources, transaction, options);
      const curation = await proveCuration(sources, transaction, options);
      const outbox = await proveOutbox(sources, transaction, options);
      const checks = [
        ...orders.checks,
        ...inventory.checks,
        ...transactions.checks,
        ...userEvents.checks,
        ...curation,
        ...outbox,
      ];
      const totals = { orders: orders.totals, ...inventory.totals };
      return summarize(checks, { ...totals, transactions: transactions.totals, user_events: userEvents.totals });
    },
    SNAPSHOT,
  );
}
