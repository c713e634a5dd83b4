/** acknowledge-losses on real PostgreSQL, with its deployed role. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { recordLoss, registerPartition } from '#delivery/ledger.ts';
import { acknowledge as acknowledgeLosses } from '#functions/acknowledge-losses/acknowledge.ts';
import type { AcknowledgeRequest } from '#functions/acknowledge-losses/request.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

/** Logged in as superuser. */
let pool: Pool;
/** With the role of acknowledge-losses. */
let acknowledgePool: Pool;

const consumer = 'archive-orders';
const loss = (partition: number) => ({ consumer, topic: 'orders', partition, first_offset: 0, last_offset: 9 });

/** Losses 1 to 3: ten records lost in each of three partitions, recorded as a consumer does. */
beforeEach(async () => {
  pool = await freshDatabase();
  acknowledgePool = await poolAs('acknowledge_losses', pool);
  const consumerPool = await poolAs('archive_orders', pool);
  for (const partition of [0, 1, 2])
    await inTransaction(consumerPool, async (transaction) => {
      const reader = { consumer, topic: 'orders', partition };
      await registerPartition(transaction, reader, 0);
      await recordLoss(transaction, reader, { firstOffset: 0, lastOffset: 9 });
    });
  await consumerPool.end();
});
afterEach(async () => {
  await acknowledgePool.end();
  await pool.end();
});

const acknowledge = (loss_ids: number[], options: Partial<AcknowledgeRequest> = {}) =>
  acknowledgeLosses(acknowledgePool, {
    loss_ids,
    acknowledged_by: 'ada',
    reason: 'sent again',
    dry_run: false,
    ...options,
  });

async function onRecord() {
  const { rows } = await pool.query(
    `select loss_id as id, acknowledged_by as by, reason
     from ledger.acknowledged_losses join ledger.losses using (consumer, topic, partition, first_offset, last_offset)
     order by loss_id`,
  );
  return rows;
}

test('records who accepted a loss, when and why, and keeps the loss', async () => {
  expect(await acknowledge([2, 1, 2])).toEqual({
    acknowledged: [
      { loss_id: 1, ...loss(0) },
      { loss_id: 2, ...loss(1) },
    ],
    already: [],
    unknown: [],
    dry_run: false,
  });
  expect(await onRecord()).toEqual([
    { id: 1, by: 'ada', reason: 'sent again' },
    { id: 2, by: 'ada', reason: 'sent again' },
  ]);
  expect((await pool.query('select from ledger.losses')).rowCount).toBe(3);
});

test('accepts a loss once, even if acknowledged repeatedly or concurrently; later callers learn who accepted it', async () => {
  const people = Array.from({ length: 8 }, (_, n) => `person ${n}`);
  const results = await Promise.all(people.map((acknowledged_by) => acknowledge([3], { acknowledged_by })));
  const first = results.findIndex(({ acknowledged }) => acknowledged.length > 0);
  const acknowledged_at = expect.stringMatching(/^2\d{3}-.*Z$/);
  const already = [{ loss_id: 3, acknowledged_by: `person ${first}`, acknowledged_at, reason: 'sent again' }];
  for (const result of results.toSpliced(first, 1)) expect(result).toMatchObject({ acknowledged: [], already });
  expect(await acknowledge([3, 1], { acknowledged_by: 'eve', reason: 'mine' })).toMatchObject({
    acknowledged: [{ loss_id: 1 }],
    already,
  });
  expect(await onRecord()).toMatchObject([
    { id: 1, by: 'eve' },
    { id: 3, by: `person ${first}` },
  ]);
});

test('a dry run reports what it would do, what was done before and unknown losses, and changes nothing', async () => {
  await acknowledge([2]);
  expect(await acknowledge([1, 2, 99], { dry_run: true })).toMatchObject({
    acknowledged: [{ loss_id: 1 }],
    already: [{ loss_id: 2 }],
    unknown: [99],
    dry_run: true,
  });
  expect((await onRecord()).map(({ id }) => id)).toEqual([2]);
});

test('the database refuses to accept an unrecorded loss, or to extend an accepted loss', async () => {
  const plant = (first: number, last: number, reason = 'r') =>
    acknowledgePool.query(
      `insert into ledger.acknowledged_losses
         (consumer, topic, partition, first_offset, last_offset, acknowledged_by, reason)
       values ($1, 'orders', 0, $2, $3, 'eve', $4)`,
      [consumer, first, last, reason],
    );
  await expect(plant(0, 19)).rejects.toThrow('foreign key');
  await expect(plant(10, 19)).rejects.toThrow('foreign key');
  await expect(plant(0, 9, ' ')).rejects.toThrow('reason_check');
  await acknowledge([1]);
  await expect(pool.query('update ledger.losses set last_offset = 19 where loss_id = 1')).rejects.toThrow(
    'foreign key',
  );
  await expect(pool.query('delete from ledger.losses where loss_id = 1')).rejects.toThrow('foreign key');
});

test('its role can neither revoke an acknowledgement nor change a loss', async () => {
  await acknowledge([1]);
  for (const statement of [
    "update ledger.acknowledged_losses set acknowledged_by = 'eve'",
    'delete from ledger.acknowledged_losses',
    'update ledger.losses set last_offset = 19',
    'delete from ledger.losses',
    "insert into ledger.losses (consumer, topic, partition, first_offset, last_offset) values ('c', 'orders', 0, 20, 29)",
  ])
    await expect(acknowledgePool.query(statement), statement).rejects.toThrow('permission denied');
});
