/** The books of the user events: Kafka, ledger and bronze. What gold makes of them is curation's (curation.ts). */
import type { Transaction } from '#adapters/postgres/index.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { readLedger } from './ledger-books.ts';
import { ledgerChecks, ledgerTotals } from './ledger-checks.ts';
import { objectChecks } from './object-checks.ts';
import { type Check, check, type StreamTotals } from './proof.ts';
import type { Sources } from './prove.ts';
import type { ProofOptions } from './request.ts';

export async function proveUserEvents(
  { lake, offsets }: Sources,
  transaction: Transaction,
  options: ProofOptions,
): Promise<{ checks: Check[]; totals: StreamTotals }> {
  const stream: Stream = streams.userEvents;
  const { topic } = stream;
  const books = await readLedger(transaction, stream);
  const kafka = await offsets(topic);
  const totals = ledgerTotals(books, kafka);
  const checks = [
    ...ledgerChecks(topic, books, kafka),
    ...(await objectChecks(topic, lake, books.deliveries, options)),
  ];
  if (options.settled) checks.push(check(`${topic}: nothing waits in Kafka`, 0, totals.lag));
  return { checks, totals: { ...totals, archived: totals.accepted } };
}
