/** Moves the stock by a batch of movements. */
import { overtaken, type Transaction } from '#adapters/postgres/index.ts';
import { MOVE_STOCK, type Processed } from './statements.ts';

/** @throws an error that is tried again, if a product was counted while its movements were logged */
export async function moveStock(transaction: Transaction, columns: readonly unknown[]): Promise<Processed> {
  const { rows } = await transaction.query<Processed & { overtaken: number }>(MOVE_STOCK, [...columns]);
  const [done = { processed: 0, fingerprint: '0', overtaken: 0 }] = rows;
  if (done.overtaken > 0) throw overtaken(`${done.overtaken} products were counted while their movements were logged`);
  return done;
}
