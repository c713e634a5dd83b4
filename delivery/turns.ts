/**
 * Turns at what only one may do at a time: the lock of a row of ledger.turns, which PostgreSQL releases when the transaction ends,
 * however it ends. Not an advisory lock, which every role that may log in can take and keep.
 */
import type { Transaction } from '#adapters/postgres/index.ts';

/** A role sees only what it takes turns at (sql/migrations/024_least_privilege.sql, 038_load_on_arrival.sql). */
export type Work =
  | 'relay-outbox'
  | 'load-orders'
  | 'redrive-dead-letters'
  | 'acknowledge-losses'
  | 'run-transformations'
  | 'index-hourly-metrics'
  | 'passwords';

/** Waits for the turn, and has it until the transaction ends. */
export async function takeTurn(transaction: Transaction, work: Work): Promise<void> {
  await transaction.query('select ledger.take_turn($1)', [work]);
}

/** @returns whether it has the turn, until the transaction ends; if another has it, it does not wait */
export async function takeTurnIfFree(transaction: Transaction, work: Work): Promise<boolean> {
  const { rows } = await transaction.query<{ mine: boolean }>('select ledger.take_turn($1, wait => false) as mine', [
    work,
  ]);
  return rows[0]?.mine === true;
}
