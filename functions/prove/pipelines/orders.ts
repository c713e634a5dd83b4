/** What the orders pipeline proves: what the loads took from the lake stands in the warehouse. */
import type { Transaction } from '#adapters/postgres/index.ts';
import type { CommittedDelivery } from '../ledger-totals.ts';
import { type Check, check, type StreamTotals } from '../proof.ts';
import { type ProofOptions, reaches } from '../request.ts';
import type { Sources } from '../sources.ts';
import type { ProvenStream } from '../stream.ts';
import { sum } from '../sum.ts';
import { rowChecks } from './orders-rows.ts';
import { isLoaded, readWarehouse, warehouseChecks } from './orders-warehouse.ts';

export async function proveOrders(
  { stream, ledger: { deliveries }, totals }: ProvenStream,
  { lake }: Sources,
  transaction: Transaction,
  { depth, settled }: ProofOptions,
): Promise<{ checks: Check[]; totals: StreamTotals }> {
  const { topic, event } = stream;
  const checks = warehouseChecks(topic, deliveries, await readWarehouse(transaction));
  if (reaches(depth, 'rows'))
    checks.push(...(await rowChecks(topic, event, lake, transaction, deliveries.filter(isLoaded))));
  if (settled) checks.push(waitingCheck(topic, deliveries));
  return { checks, totals: withLoads(totals, deliveries) };
}

function waitingCheck(name: string, deliveries: readonly CommittedDelivery[]): Check {
  const waiting = deliveries.filter((delivery) => delivery.objectKey !== null && !isLoaded(delivery));
  return check(
    `${name}: no object waits to be loaded`,
    0,
    waiting.length,
    waiting.map(({ objectKey }) => `${objectKey}`),
  );
}

/** The lake accepts repeated and contradicting orders; the load finds them. */
function withLoads(totals: StreamTotals, deliveries: readonly CommittedDelivery[]): StreamTotals {
  const loads = deliveries.flatMap(({ load }) => load ?? []);
  const duplicates = sum(loads, (load) => load.duplicates);
  const conflicts = sum(loads, (load) => load.conflicts);
  return {
    ...totals,
    accepted: totals.accepted - duplicates - conflicts,
    duplicates: totals.duplicates + duplicates,
    rejected: totals.rejected + conflicts,
    loaded: sum(loads, ({ inserted }) => inserted),
  };
}
