/** The proof: balances the books of every stream, from Kafka's offsets to the warehouse's cents. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import { aMinuteFromNow, inTransactionUntil, retryTransaction, type Transaction } from '#adapters/postgres/index.ts';
import { catalogue as everyStream, type Stream, streams } from '#domain/streams.ts';
import { proveCuration } from './pipelines/curation.ts';
import { proveLog, proveStock } from './pipelines/inventory.ts';
import { proveOrders } from './pipelines/orders.ts';
import { proveOutbox } from './pipelines/outbox.ts';
import { proveInTime } from './pipelines/overdue.ts';
import { proveSent } from './pipelines/sent.ts';
import { proveTransactions } from './pipelines/transactions.ts';
import { type Check, type Proof, type StreamTotals, summarize } from './proof.ts';
import type { ProofOptions } from './request.ts';
import type { Sources } from './sources.ts';
import { type ProvenStream, proveStream } from './stream.ts';

type ProveMore = (
  proven: ProvenStream,
  sources: Sources,
  transaction: Transaction,
  options: ProofOptions,
) => Promise<{ checks: readonly Check[]; totals?: StreamTotals }>;

/** What a pipeline proves beyond what is proved of every stream, by the consumer of its streams. */
const pipelines: Readonly<Record<string, ProveMore>> = {
  [streams.orders.consumer]: proveOrders,
  [streams.onlineOrders.consumer]: proveLog,
  [streams.transactions.consumer]: proveTransactions,
};

/** What is proved of several streams together. */
const together = [proveStock, proveCuration, proveOutbox, proveSent, proveInTime];

/** One state of the database, however much flows on meanwhile. */
const SNAPSHOT = 'isolation level repeatable read read only';

/** A migration locks tables in another order than the proof reads them. */
const ATTEMPTS = 3;

/** @param deadline when its transaction must have ended, in milliseconds since 1970; a minute from now if absent */
export function prove(
  sources: Sources,
  options: ProofOptions,
  deadline = aMinuteFromNow(),
  catalogue: readonly Stream[] = everyStream,
): Promise<Proof> {
  const work = async (transaction: Transaction) => {
    const checks: Check[] = [];
    const totals: Record<string, StreamTotals> = {};
    const offsets = await offsetsOf(catalogue, sources, transaction);
    for (const stream of catalogue) {
      const proven = await proveStream(stream, offsets.get(stream) ?? [], sources, transaction, options);
      const more = await pipelines[stream.consumer]?.(proven, sources, transaction, options);
      checks.push(...proven.checks, ...(more?.checks ?? []));
      totals[stream.topic] = more?.totals ?? proven.totals;
    }
    for (const proveTogether of together) checks.push(...(await proveTogether(sources, transaction, options)));
    return summarize(checks, totals);
  };
  return retryTransaction(ATTEMPTS, () => inTransactionUntil(sources.pool, deadline, work, SNAPSHOT));
}

/**
 * Kafka's offsets of every stream: asked once the snapshot is taken, so that the ledger can't be ahead of them, and before the long
 * queries, or what arrives during these would seem to wait.
 */
async function offsetsOf(catalogue: readonly Stream[], sources: Sources, transaction: Transaction) {
  await transaction.query('select');
  const offsets = new Map<Stream, readonly PartitionOffsets[]>();
  for (const stream of catalogue) offsets.set(stream, await sources.offsets(stream.topic));
  return offsets;
}
