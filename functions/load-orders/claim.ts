/** Finds the files of a load, and claims those that no other load has loaded. */
import type { Pool, Transaction } from '#adapters/postgres/index.ts';
import { streams } from '#domain/streams.ts';

/** A file of the lake as the ledger knows it. */
export interface LakeFile {
  readonly deliveryId: number;
  readonly topic: string;
  readonly partition: number;
  readonly key: string;
  readonly bytes: number;
  readonly rows: number;
}

/**
 * @returns the files of the deliveries, by delivery
 * @throws if one doesn't exist or has no committed file of this stream
 */
export async function findFiles(pool: Pool, deliveryIds: readonly number[]): Promise<LakeFile[]> {
  const { rows } = await pool.query<LakeFile & { consumer: string; state: string }>(
    `select delivery_id as "deliveryId", topic, partition, consumer, state, object_key as key, object_bytes as bytes, accepted as rows
     from ledger.deliveries
     where delivery_id = any($1)
     order by delivery_id`,
    [deliveryIds],
  );
  const found = new Map(rows.map((row) => [row.deliveryId, row]));
  for (const id of deliveryIds) {
    const delivery = found.get(id);
    const { consumer } = streams.orders;
    if (delivery?.consumer === consumer && delivery.state === 'committed' && delivery.key !== null) continue;
    const got = delivery
      ? `${delivery.state} delivery of ${delivery.consumer} ${delivery.key === null ? 'without' : 'with'} a file`
      : 'no such delivery';
    throw new Error(`Delivery ${id}: expected a committed delivery of ${consumer} with a file, got ${got}.`);
  }
  return rows.map(({ consumer: _, state: __, ...file }) => file);
}

/**
 * Marks the files as loaded, in the transaction that loads them. A concurrent load of the same files waits here until this
 * one has ended, and then finds them marked. Loads claim in the order of delivery_id, so two cannot deadlock. All rows
 * count as inserted until settle.ts finds some that aren't.
 *
 * @returns the deliveries that this load has claimed
 */
export async function claim(transaction: Transaction, files: readonly LakeFile[], runId: string): Promise<Set<number>> {
  const { rows } = await transaction.query<{ delivery_id: number }>(
    `insert into ledger.loads (delivery_id, rows, inserted, duplicates, conflicts, inserted_amount, run_id)
     select delivery_id, accepted, accepted, 0, 0, round(coalesce(amount, 0), 2), $2
     from ledger.deliveries
     where delivery_id = any($1)
     order by delivery_id
     on conflict (delivery_id) do nothing
     returning delivery_id`,
    [files.map(({ deliveryId }) => deliveryId), runId],
  );
  return new Set(rows.map(({ delivery_id }) => delivery_id));
}
