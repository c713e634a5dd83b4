/** What the orders pipeline proves: what the loads took from the lake stands in the warehouse. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { CommittedDelivery } from '../ledger-totals.ts';
import { WAITING } from '../passing.ts';
import { type Check, check, type StreamTotals } from '../proof.ts';
import { type ProofOptions, reaches } from '../request.ts';
import type { Scope } from '../scope.ts';
import type { Sources } from '../sources.ts';
import type { ProvenStream } from '../stream.ts';
import { isLoaded, withLoads } from './loads.ts';
import { rowChecks } from './orders-rows.ts';
import { readWarehouse, warehouseChecks } from './orders-warehouse.ts';

export async function proveOrders(
  { stream, ledger: { deliveries }, sums, totals }: ProvenStream,
  { lake }: Sources,
  transaction: Transaction,
  { depth, settled }: ProofOptions,
  { all }: Scope,
): Promise<{ checks: Check[]; totals: StreamTotals }> {
  const { topic, event } = stream;
  const checks = warehouseChecks(topic, deliveries, await readWarehouse(transaction, all ? undefined : deliveries));
  if (reaches(depth, 'rows'))
    checks.push(...(await rowChecks(topic, event, lake, transaction, deliveries.filter(isLoaded))));
  if (settled) checks.push(waitingCheck(topic, deliveries));
  return { checks, totals: withLoads(totals, sums) };
}

function waitingCheck(name: string, deliveries: readonly CommittedDelivery[]): Check {
  const waiting = deliveries.filter((delivery) => delivery.objectKey !== null && !isLoaded(delivery));
  return check(
    `${name}: ${WAITING.loads}`,
    0,
    waiting.length,
    waiting.map(({ objectKey }) => `${objectKey}`),
  );
}
