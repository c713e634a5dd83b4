/** The proof: balances the books of every stream, from Kafka's offsets to the warehouse's cents. */
import type { PartitionOffsets } from '#adapters/kafka/index.ts';
import { aMinuteFromNow, inTransactionUntil, retryTransaction, type Transaction } from '#adapters/postgres/index.ts';
import { catalogue as everyStream, type Stream, streams } from '#domain/streams.ts';
import { close, mayClose, type NextClosing, nextClosing } from './closing.ts';
import { proveCuration } from './pipelines/curation.ts';
import { proveDescribed } from './pipelines/described.ts';
import { notedIn, proveLog, proveStock, readStock } from './pipelines/inventory.ts';
import { readMovements } from './pipelines/movements.ts';
import { proveOrders } from './pipelines/orders.ts';
import { proveOutbox } from './pipelines/outbox.ts';
import { proveInTime } from './pipelines/overdue.ts';
import { proveSent } from './pipelines/sent.ts';
import { proveShop } from './pipelines/shop.ts';
import { proveTransactions } from './pipelines/transactions.ts';
import { type Check, check, type Proof, type StreamTotals, summarize } from './proof.ts';
import type { StreamInSum } from './proving.ts';
import type { ProofOptions } from './request.ts';
import { readScope, type Scope } from './scope.ts';
import type { Sources } from './sources.ts';
import { type ProvenStream, proveStream } from './stream.ts';
import { sum } from './sum.ts';

type ProveMore = (
  proven: ProvenStream,
  sources: Sources,
  transaction: Transaction,
  options: ProofOptions,
  scope: Scope,
) => Promise<PipelineProof>;

interface PipelineProof {
  readonly checks: readonly Check[];
  readonly totals?: StreamTotals;
  /** Hours of payments of which not everything could be compared: the next proof reads them again. */
  readonly openHours?: readonly string[];
}

/** What is proved beyond what is proved of every stream, of those that have code of their own: by their consumer. */
const pipelines: Readonly<Record<string, ProveMore>> = {
  [streams.orders.consumer]: proveOrders,
  [streams.onlineOrders.consumer]: proveLog,
  [streams.transactions.consumer]: proveTransactions,
  [streams.products.consumer]: proveShop,
};

const proveMoreOf = ({ handler, consumer }: Stream): ProveMore | undefined =>
  handler === 'own' ? pipelines[consumer] : proveDescribed;

/** One state of the database, however much flows on meanwhile. */
const SNAPSHOT = 'isolation level repeatable read read only';

/** A migration locks tables in another order than the proof reads them. */
const ATTEMPTS = 3;

/** @param deadline when its transaction must have ended, in milliseconds since 1970; a minute from now if absent */
export const prove = async (
  sources: Sources,
  options: ProofOptions,
  deadline = aMinuteFromNow(),
  catalogue: readonly Stream[] = everyStream,
): Promise<Proof> => (await makeProof(sources, options, deadline, catalogue)).proof;

/**
 * The proof, after which what it has read is closed, if it may be.
 *
 * @param notClosed is told why that failed: the proof is as good without, and the next one closes what both have read
 */
export async function proveAndClose(
  sources: Sources,
  options: ProofOptions,
  deadline: number,
  notClosed: (cause: Error) => void,
): Promise<Proof> {
  const { proof, next } = await makeProof(sources, options, deadline, everyStream);
  if (next) await close(sources.pool, next, deadline).catch(notClosed);
  return withBeside(proof, options);
}

function withBeside(proof: Proof, { beside }: ProofOptions): Proof {
  if (!beside) return proof;
  const checks = beside.map(({ name, expected, actual, where }) => check(name, expected, actual, where));
  return summarize([...proof.checks, ...checks], proof.streams, proof);
}

/** @returns next what may be closed */
function makeProof(
  sources: Sources,
  options: ProofOptions,
  deadline: number,
  catalogue: readonly Stream[],
): Promise<{ proof: Proof; next?: NextClosing }> {
  const work = async (transaction: Transaction) => {
    const checks: Check[] = [];
    const totals: Record<string, StreamTotals> = {};
    const proven: StreamInSum[] = [];
    const openHours: string[] = [];
    const offsets = await offsetsOf(catalogue, sources, transaction);
    const scope = await readScope(transaction, options);
    for (const stream of catalogue) {
      const { ledger, ...each } = await proveStream(
        stream,
        offsets.get(stream) ?? [],
        sources,
        transaction,
        options,
        scope,
      );
      const more = await proveMoreOf(stream)?.({ ...each, ledger }, sources, transaction, options, scope);
      checks.push(...each.checks, ...(more?.checks ?? []));
      totals[stream.topic] = more?.totals ?? each.totals;
      openHours.push(...(more?.openHours ?? []));
      proven.push(each);
    }
    const proving = { sources, transaction, options, scope, streams: proven };
    const stock = await readStock(transaction);
    const movements = await readMovements(transaction, scope, notedIn(stock));
    checks.push(
      ...foreignChecks(scope),
      ...(await proveStock(proving, stock, movements)),
      ...(await proveCuration(sources, transaction, options)),
      ...(await proveOutbox(proving, movements)),
      ...(await proveSent(sources, transaction, options)),
      ...(await proveInTime(proving)),
    );
    const closable = proven.flatMap((stream) => stream.closable);
    const proof = summarize(checks, totals, { all: scope.all, read: whatWasRead(proven, scope) });
    return mayClose(proof, options)
      ? { proof, next: await nextClosing(transaction, scope, closable, movements, openHours) }
      : { proof };
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

/** Nobody closes anything of a partition that the ledger doesn't have. */
function foreignChecks({ all, closing, foreign }: Scope): Check[] {
  if (!all || closing.closedAt === null) return [];
  const places = foreign.map(({ consumer, topic, partition }) => `${consumer}: ${topic} partition ${partition}`);
  return [check('what was closed is of partitions that are there', 0, places.length, places)];
}

function whatWasRead(proven: readonly StreamInSum[], { all, closing }: Scope): string {
  const records = sum(proven, ({ sums }) => sums.records);
  const left = sum(proven, ({ objectsLeft }) => objectsLeft);
  const objects = left === 0 ? '' : ` ${left} objects are left for the next proof.`;
  if (all) return `Everything was read: ${records} records.${objects}`;
  const read = sum(proven, (stream) => stream.read);
  return (
    `What came since the proof of ${closing.closedAt} was read: ${read} of ${records} records. What came before was proved then and ` +
    `closed; \`proof --all\` and the nightly proof read it again.${objects}`
  );
}
