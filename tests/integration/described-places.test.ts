/** What is told of the records of a described stream: their fates, what its table knows of an id, and where a trace finds them. As the page asks. */
import { beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { intoTable } from '#delivery/into-table.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import { eventReader } from '#domain/event-reader.ts';
import { firstOfItsId } from '#operations/letters/first-of-its-id.ts';
import { fatesOf } from '#operations/records/fates.ts';
import { deliveriesThatMayHold } from '#operations/trace/deliveries.ts';
import { inTables } from '#operations/trace/tables.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { uuidOf } from '../support/payments.ts';
import { makeRefunds, refund, refundBatch, refundEvent, refunds } from '../support/refunds.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let pool: Pool;
let page: Pool;

beforeAll(async () => {
  pool = await freshDatabase();
  const role = await poolAs(await makeRefunds(pool), pool);
  page = await poolAs('console', pool);
  // The third repeats the first, the fourth contradicts it.
  const values = [refund(1), refund(2), refund(1), refund(1, { amount: '1.00' })];
  await writeToPostgres({ pool: role, ...kafkaFrom(0) }, intoTable(refunds))(refunds, refundBatch(0, 0, values));
  await role.end();
  return () => Promise.all([page.end(), pool.end()]);
});

it.each([
  ['whose ids are known', [1, 2, 1, 1]],
  ['of which only the offsets are known', []],
])('tells the fates of records %s', async (_, ids) => {
  const asked = [0, 1, 2, 3, 4].map((offset) => {
    const id = ids[offset];
    return { partition: 0, offset, held: true, ...(id !== undefined && { id: uuidOf(id) }) };
  });
  const fates = await fatesOf({ pool: page }, refunds, asked);
  expect(fates.map(({ state }) => state)).toEqual(['effect', 'effect', 'repeat', 'rejected', 'waiting']);
  expect(fates[0]?.way).toEqual([{ place: 'table', done: true, at: expect.any(String) }]);
  expect(fates[2]?.first).toEqual(ids.length > 0 ? { topic: 'refunds', partition: 0, offset: 0 } : undefined);
  expect(fates[3]?.letter).toMatchObject({ reason: 'conflict' });
});

it('knows whether an id is new, the same again, or another with the same id', async () => {
  const read = eventReader(refundEvent);
  const known = (value: string) => firstOfItsId(page, refunds, read(Buffer.from(value)));
  expect(await known(refund(9))).toEqual({ state: 'new' });
  expect(await known(refund(1, { amount: 12.5 }))).toEqual({ state: 'repeat' });
  expect(await known(refund(1, { pieces: null, amount: '12.51' }))).toEqual({
    state: 'conflict',
    fields: ['amount', 'pieces'],
  });
});

it.each([uuidOf(2), uuidOf(2).toUpperCase(), 'order 2'])('traces %s to its row', async (id) => {
  const deliveries = await deliveriesThatMayHold(page, [id, id.toLowerCase()]);
  const places = await inTables(page, deliveries, id, [refunds]);
  expect(places).toEqual([
    { place: 'ledger', facts: expect.objectContaining({ topic: 'refunds', partition: 0, offset: 1 }) },
    {
      place: 'streams.refunds',
      facts: expect.objectContaining({ refundId: uuidOf(2), amount: 12.5, kafka_offset: 1 }),
    },
  ]);
});
