/** Other tests rely on the proof, so it is tested itself: it must find and name each planted error. */
import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Lake } from '#adapters/lake/index.ts';
import { encodeEvents } from '#adapters/lake/parquet.ts';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import type { HourlyMetrics } from '#adapters/search/hourly-metrics.ts';
import { layoutOf } from '#delivery/lake-layout.ts';
import { writeToLake } from '#delivery/write-to-lake.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { orderEvent } from '#domain/streams/orders.ts';
import type { userEvent } from '#domain/streams/user-events.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { acknowledge } from '#functions/acknowledge-losses/acknowledge.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load } from '#functions/load-orders/load.ts';
import { metricsOf } from '#functions/prove/metrics.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { prove } from '#functions/prove/prove.ts';
import type { Sources } from '#functions/prove/sources.ts';
import { redrive } from '#functions/redrive-dead-letters/redrive.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { kafkaFrom, kafkaWithoutRecords } from '../support/kafka-from.ts';
import { freshDatabase, freshLake, s3Client } from '../support/stores.ts';
import { readAllUpdates } from '../support/updates.ts';

const PER_PARTITION = 100;
let pool: Pool;
let lake: Lake;

const layout = { prefix: 'raw/orders', name: 'orders', extension: 'parquet', contentType: 'x', encode: encodeEvents };
const order = (partition: number, offset: number) => ({
  order_id: `${String(partition).padStart(8, '0')}-0000-4000-8000-${String(offset).padStart(12, '0')}`,
  user_id: '11111111-1111-4111-8111-111111111111',
  amount: offset + 0.1,
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: '2025-12-11T00:00:01Z',
});

/** Offset 5 repeats offset 4, 6 contradicts it, 7 is malformed. */
function value(partition: number, offset: number): string {
  if (offset === 5) return JSON.stringify(order(partition, 4));
  if (offset === 6) return JSON.stringify({ ...order(partition, 4), amount: 1 });
  return offset === 7 ? 'not json' : JSON.stringify(order(partition, offset));
}

async function archiveAndLoad(): Promise<void> {
  const consume = writeToLake<typeof orderEvent>({ pool, lake, ...kafkaFrom(0) }, layout);
  for (const partition of [0, 1])
    for (const start of [0, 50])
      await consume(streams.orders, {
        topic: 'orders',
        partition,
        records: Array.from({ length: 50 }, (_, index) => ({
          offset: start + index,
          timestamp: 1_765_411_201_000,
          key: null,
          value: Buffer.from(value(partition, start + index)),
          headers: [],
        })),
      });
  const { chunks } = await listNewFiles(pool);
  for (const { delivery_ids } of chunks) await load({ pool, lake, kafka: kafkaWithoutRecords }, delivery_ids, 'test');
  await moveStock();
  await archiveEvents();
  await pool.query('update ledger.outbox set sent_at = now(); update ledger.announcements set sent_at = now()');
}

/** Three pieces of p1 sold in one partition, five put back in another. */
async function moveStock(): Promise<void> {
  await pool.query("insert into shop.products values ('p1', 'Lamp', 'home', 9.99)");
  await pool.query(
    "insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand) values ('p1', 10, 10)",
  );
  const consume = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, applyMovements);
  const event = { product_id: 'p1', timestamp: '2026-01-02T03:04:05Z' };
  const sale = { ...event, event_id: 'e1', order_id: 'o1', quantity: 3 };
  const restock = { ...event, event_id: 'e2', supplier_id: 's1', quantity: 5 };
  const record = (value: object) => ({
    ...{ offset: 0, timestamp: 0, key: null, headers: [] },
    value: Buffer.from(JSON.stringify(value)),
  });
  await consume(streams.onlineOrders, { topic: 'online_orders', partition: 0, records: [record(sale)] });
  await consume(streams.supplierRestocks, { topic: 'supplier_restocks', partition: 1, records: [record(restock)] });
}

/** Puts the first so many announcements into the outbox, as the version before did. @returns the messages */
async function announceAsBefore(first = 2) {
  const messages = (await readAllUpdates(pool)).slice(0, first);
  for (const { outboxId, topic, key, value } of messages)
    await pool.query(
      `with announced as (delete from ledger.announcements where announcement_id = $1)
       insert into ledger.outbox (outbox_id, topic, record_key, record_value, sent_at)
       overriding system value values ($1, $2, $3, $4, now())`,
      [outboxId, topic, key, value],
    );
  return messages;
}

const EVENTS = 20;
const event = (offset: number) => ({
  event_id: `00000000-0000-4000-8000-${String(offset).padStart(12, '0')}`,
  user_id: '11111111-1111-4111-8111-111111111111',
  event_type: 'click',
  product_id: 'p1',
  occurred_at: '2025-12-11T00:00:01Z',
});

/** Two objects of ten records in a partition number that no other topic here has; offset 7 is malformed. */
async function archiveEvents(): Promise<void> {
  const consume = writeToLake<typeof userEvent>({ pool, lake, ...kafkaFrom(0) }, layoutOf(streams.userEvents));
  for (const start of [0, 10])
    await consume(streams.userEvents, {
      topic: 'user_events',
      partition: 3,
      records: Array.from({ length: 10 }, (_, index) => ({
        ...{ offset: start + index, timestamp: 1_765_411_201_000, key: null, headers: [] },
        value: Buffer.from(start + index === 7 ? 'not json' : JSON.stringify(event(start + index))),
      })),
    });
}

/** Kafka's offsets: `orders` as given, the published outbox, two movements, twenty user events. */
const kafka =
  (latest: number, earliest = 0) =>
  async (topic: string) => {
    if (topic === 'orders') return [0, 1].map((partition) => ({ partition, earliest, latest }));
    if (topic === 'dlq') return [{ partition: 0, earliest: 0, latest: 5 }];
    if (topic === 'inventory_updates') return [{ partition: 0, earliest: 0, latest: 2 }];
    if (topic === 'user_events') return [{ partition: 3, earliest: 0, latest: EVENTS }];
    const sold = topic === 'supplier_restocks' ? 1 : topic === 'online_orders' ? 0 : -1;
    return [0, 1].map((partition) => ({ partition, earliest: 0, latest: Number(partition === sold) }));
  };
const offsets = kafka(PER_PARTITION);
const index: HourlyMetrics[] = [];
const hourlyMetrics = async () => index;
const proof = () => prove({ pool, lake, offsets, hourlyMetrics }, { depth: 'rows', settled: true });
const failed = ({ checks }: Proof) => checks.filter(({ balanced }) => !balanced);
const places = (result: Proof) =>
  failed(result)
    .flatMap(({ where }) => where)
    .join('\n');
const keyOf = async (partition: number, offset: number): Promise<string> => {
  const { rows } = await pool.query(
    'select object_key from ledger.deliveries where partition = $1 and $2 between first_offset and last_offset',
    [partition, offset],
  );
  return rows[0].object_key;
};

beforeEach(async () => {
  pool = await freshDatabase();
  lake = await freshLake();
  await archiveAndLoad();
  return () => pool.end();
});

describe('the proof', () => {
  it('balances when nothing is wrong, and its totals add up', async () => {
    const result = await proof();
    expect(failed(result)).toEqual([]);
    expect(result.balanced).toBe(true);
    expect(result.streams.orders).toEqual({
      consumed: 200,
      accepted: 194,
      duplicates: 2,
      rejected: 4,
      lag: 0,
      archived: 198,
      loaded: 194,
    });
    const events = { consumed: EVENTS, accepted: 19, duplicates: 0, rejected: 1, lag: 0, archived: 19 };
    expect(result.streams.user_events).toEqual(events);
  });

  it('does not take for waiting what arrives while it looks at the lake', async () => {
    let arrived = 0;
    const busyLake: Lake = {
      ...lake,
      async head(key) {
        arrived += 1;
        return lake.head(key);
      },
    };
    const moving: Sources['offsets'] = async (topic) =>
      (await offsets(topic)).map((partition) => ({ ...partition, latest: partition.latest + arrived }));
    const result = await prove(
      { pool, lake: busyLake, offsets: moving, hourlyMetrics },
      { depth: 'objects', settled: true },
    );
    expect(arrived).toBeGreaterThan(0);
    expect(failed(result)).toEqual([]);
  });

  it('finds a lost delivery: the offsets no longer tile', async () => {
    await pool.query(`delete from ledger.loads where delivery_id in
      (select delivery_id from ledger.deliveries where partition = 1 and first_offset = 50)`);
    await pool.query('delete from ledger.deliveries where partition = 1 and first_offset = 50');
    expect(places(await proof())).toContain('orders partition 1 offsets 50-99: missing');
  });

  it('finds a row lost from the warehouse', async () => {
    await pool.query('delete from warehouse.fact_orders where order_id = $1', [order(1, 60).order_id]);
    const found = places(await proof());
    expect(found).toContain('orders partition 1 offset 60: ');
    expect(found).toContain('orders partition 1 offsets 50-99: 50 in the lake, 50 inserted, 49 in the warehouse');
  });

  it('finds a duplicate in the warehouse', async () => {
    await pool.query(`insert into warehouse.fact_orders
      select gen_random_uuid(), user_id, product_id, delivery_id, 1000, amount, quantity, currency, category, country,
        created_at
      from warehouse.fact_orders where order_id = '${order(0, 20).order_id}'`);
    expect(places(await proof())).toContain('orders partition 0 offset 1000: ');
  });

  it('finds an amount changed by a cent, and names its offset', async () => {
    await pool.query('update warehouse.fact_orders set amount = amount + 0.01 where order_id = $1', [
      order(1, 61).order_id,
    ]);
    expect(places(await proof())).toContain(
      'partition 1 offset 61: amount is another in the lake than in the warehouse',
    );
  });

  it('finds two changed amounts that cancel each other out', async () => {
    await pool.query('update warehouse.fact_orders set amount = amount + 0.01 where order_id = $1', [
      order(1, 61).order_id,
    ]);
    await pool.query('update warehouse.fact_orders set amount = amount - 0.01 where order_id = $1', [
      order(1, 62).order_id,
    ]);
    expect(places(await proof())).toMatch(/offset 61: amount(.|\n)*offset 62: amount/);
  });

  it('finds amounts that were swapped within a delivery, by the books alone', async () => {
    await pool.query(`
      update warehouse.fact_orders set amount = case order_id when '${order(1, 61).order_id}' then 62.10 else 61.10 end
      where order_id in ('${order(1, 61).order_id}', '${order(1, 62).order_id}')`);
    const books = await prove({ pool, lake, offsets, hourlyMetrics }, { depth: 'books', settled: true });
    expect(places(books)).toBe('orders partition 1 offsets 50-99: rows and fingerprint differ');
  });

  it('finds a sale that is larger in log, orders and stock alike, by the books alone', async () => {
    await pool.query(`
      update inventory.events_log set change = change - 5 where event_id = 'e1';
      update inventory.orders set quantity = quantity + 5 where event_id = 'e1';
      update inventory.inventory set quantity_on_hand = quantity_on_hand - 5`);
    const books = await prove({ pool, lake, offsets, hourlyMetrics }, { depth: 'books', settled: true });
    expect(places(books)).toBe('online_orders partition 0 offset 0: rows and fingerprint differ');
  });

  it.each([
    { topic: 'orders', partition: 0, offset: 60, object: 'orders partition 0 offsets 50-99' },
    { topic: 'user_events', partition: 3, offset: 12, object: 'user_events partition 3 offsets 10-19' },
  ])('finds a deleted object of $topic', async ({ partition, offset, object }) => {
    const Key = await keyOf(partition, offset);
    await s3Client().send(new DeleteObjectCommand({ Bucket: lake.bucket, Key }));
    expect(places(await proof())).toContain(`${object}: s3://${lake.bucket}/${Key} is missing`);
  });

  it.each([
    { topic: 'orders', partition: 0, offset: 60 },
    { topic: 'user_events', partition: 3, offset: 12 },
  ])('finds an object of $topic that was overwritten', async ({ partition, offset }) => {
    const Key = await keyOf(partition, offset);
    const head = await lake.head(Key);
    await s3Client().send(
      new PutObjectCommand({
        Bucket: lake.bucket,
        Key,
        Body: Buffer.from('other bytes'),
        ChecksumAlgorithm: 'SHA256',
        Metadata: { rows: String(head?.rows), 'source-sha256': head?.sourceSha256 ?? '' },
      }),
    );
    expect(places(await proof())).toContain(`s3://${lake.bucket}/${Key} has another checksum than when it was written`);
  });

  it('finds a missing dead letter', async () => {
    await pool.query('delete from ledger.outbox where dead_letter_id is not null');
    await pool.query("delete from ledger.dead_letters where consumer = 'archive-orders' and partition = 0");
    expect(places(await proof())).toContain(
      'orders partition 0 offsets 0-49: 50 records, 49 accepted, 0 duplicates, 0 dead letters',
    );
  });

  it('finds a user event that is missing from the ledger, and one without its dead letter', async () => {
    await pool.query("delete from ledger.deliveries where topic = 'user_events' and first_offset = 10");
    await pool.query('delete from ledger.outbox where dead_letter_id is not null');
    await pool.query("delete from ledger.dead_letters where topic = 'user_events'");
    const found = places(await proof());
    expect(found).toContain('user_events partition 3 offsets 10-19: missing');
    expect(found).toContain(
      'user_events partition 3 offsets 0-9: 10 records, 9 accepted, 0 duplicates, 0 dead letters',
    );
  });

  describe('with records that expired before they were consumed', () => {
    /** Loses offsets 100 to 149 of partition 0; Kafka's first is 150. */
    async function expire(): Promise<void> {
      const consume = writeToLake<typeof orderEvent>({ pool, lake, ...kafkaFrom(150) }, layout);
      const late = { offset: 150, timestamp: 0, key: null, value: Buffer.from(value(0, 150)), headers: [] };
      await consume(streams.orders, { topic: 'orders', partition: 0, records: [late] });
    }
    const proofOf = (offsets: Sources['offsets']) =>
      prove({ pool, lake, offsets, hourlyMetrics }, { depth: 'objects', settled: false });
    const expired = () => proofOf(kafka(151, 150));
    const shown = ({ checks }: Proof) =>
      checks.filter(({ name }) => /^orders: records lost/.test(name)).map(({ actual, balanced }) => [actual, balanced]);
    const accept = (loss_id: number) =>
      acknowledge(pool, { loss_ids: [loss_id], acknowledged_by: 'ada', reason: 'sent again', dry_run: false });
    /** Disables the foreign key, which only a superuser can do. */
    const plant = (partition: number, first: number, last: number) =>
      inTransaction(pool, async (transaction) => {
        await transaction.query("set local session_replication_role = 'replica'");
        await transaction.query(
          `insert into ledger.acknowledged_losses
           values ('archive-orders', 'orders', $1, $2, $3, 'eve', now(), 'nothing to see here')`,
          [partition, first, last],
        );
      });

    it('finds them until they are acknowledged, and shows them forever', async () => {
      expect(shown(await expired())).toEqual([
        [0, true],
        [0, true],
      ]);
      await expire();
      const unseen = await expired();
      expect(failed(unseen)).toMatchObject([
        {
          name: 'orders: records lost, not acknowledged',
          expected: 0,
          actual: 50,
          where: ['orders partition 0 offsets 100-149: lost'],
        },
      ]);
      expect(metricsOf(unseen)).toMatchObject({ ProofUnbalanced: 1, RecordsLost: 50 });
      await accept(1);
      const seen = await expired();
      expect(failed(seen)).toEqual([]);
      expect(seen.checks).toContainEqual({
        name: 'orders: records lost, acknowledged',
        balanced: true,
        expected: 50,
        actual: 50,
        where: [],
      });
      expect(metricsOf(seen)).toMatchObject({ ProofUnbalanced: 0, RecordsLost: 0 });
    });

    it('finds an acknowledgement without a recorded loss, and the missing delivery that it would hide', async () => {
      await pool.query(`delete from ledger.loads where delivery_id in
        (select delivery_id from ledger.deliveries where partition = 1 and first_offset = 50)`);
      await pool.query('delete from ledger.deliveries where partition = 1 and first_offset = 50');
      await plant(1, 50, 99);
      const found = places(await expired());
      expect(found).toContain('orders partition 1 offsets 50-99: missing');
      expect(found).toContain('partition 1 offsets 50-99: acknowledged as lost, but that is no recorded loss');
    });

    it('finds an acknowledgement that covers more than the loss', async () => {
      await expire();
      await plant(0, 50, 149);
      const result = await expired();
      expect(shown(result)).toEqual([
        [50, false],
        [0, false],
      ]);
      expect(places(result)).toContain('offsets 50-149: acknowledged as lost, but that is no recorded loss');
    });

    it('finds a planted loss with its acknowledgement if Kafka still has the records', async () => {
      await expire();
      await accept(1);
      expect(places(await proofOf(kafka(151)))).toBe(
        'orders partition 0 offsets 100-149: acknowledged as lost, but Kafka still has it from offset 100 on',
      );
    });
  });

  it('finds a ledger that is ahead of Kafka, as after a topic is deleted and recreated', async () => {
    const result = await prove({ pool, lake, offsets: kafka(10), hourlyMetrics }, { depth: 'books', settled: false });
    expect(places(result)).toContain('orders partition 1: consumed to 100, Kafka ends at 10');
  });

  it('finds stock that is not the sum of its movements', async () => {
    await pool.query('update inventory.inventory set quantity_on_hand = 11');
    expect(places(await proof())).toContain('product p1: 12 due, 11 on hand');
  });

  it('finds a product that is missing from the inventory but has movements in the log', async () => {
    await pool.query('delete from inventory.inventory');
    expect(places(await proof())).toContain('product p1: 2 due, not in inventory.inventory');
  });

  it('finds an event in the log that Kafka never had, even if stock, orders and outbox agree with it', async () => {
    await pool.query(`insert into inventory.events_log (topic, partition, kafka_offset, event_id, product_id, change, status)
      values ('supplier_restocks', 1, 77, 'forged', 'p1', 5, 'processed')`);
    await pool.query('update inventory.inventory set quantity_on_hand = quantity_on_hand + 5');
    await pool.query("insert into ledger.outbox (topic) values ('inventory_updates')");
    expect(places(await proof())).toContain('supplier_restocks partition 1 offset 77');
  });

  it('finds an event that is missing from the log', async () => {
    await pool.query("delete from inventory.events_log where event_id = 'e1'");
    const found = places(await proof());
    expect(found).toContain('online_orders partition 0 offset 0: 1 + 0 + 0 in the ledger, 0 + 0 + 0 in the log');
    expect(found).toContain(
      'event e1: null in the log, {"source": "online_orders", "event_id": "e1", "order_id": "o1", "quantity": 3',
    );
  });

  const ANNOUNCED = 'inventory: every announcement says what log and stock say, and says it once';
  it.each([
    ['another quantity on hand', 'on_hand', `'{"p1": 8}'`],
    ['a product that did not move', 'on_hand', `on_hand || '{"p2": 0}'`],
    ['no quantity', 'on_hand', `'{}'`],
    ['another number of messages', 'movements', 'movements + 1'],
    ['what another announcement says', 'delivery_id', '0'],
  ])('finds an announcement of a delivery with %s', async (_, column, value) => {
    await pool.query(`
      set session_replication_role = replica;
      update ledger.announcements set ${column} = ${value} where announcement_id = (select max(announcement_id) from ledger.announcements);
      set session_replication_role = origin`);
    expect(failed(await proof()).map(({ name }) => name)).toContain(ANNOUNCED);
  });

  it.each([
    ['another quantity on hand', `replace(said, ': 12,', ': 11,')`, /^message \d+: event e2$/],
    ['another change', `replace(said, ': 5,', ': 4,')`, /^message \d+: no event$/],
    ['another source', `replace(said, 'supplier_restocks', 'store_sales')`, /^message \d+: event e2$/],
    ['what another message says', 'lag', /^message \d+: event e1$/],
    ['bytes that are no text', null, /^message \d+: no event$/],
  ])('finds an unsent announcement with %s', async (_, edited, found) => {
    await announceAsBefore();
    const { rowCount } = await pool.query(`
      with said as (
        select outbox_id, convert_from(record_value, 'UTF8') as said, convert_from(lag(record_value) over (order by outbox_id), 'UTF8') as lag
        from ledger.outbox where topic = 'inventory_updates'
      )
      update ledger.outbox set sent_at = null, record_value = ${edited === null ? `'\xff00'` : `convert_to(${edited}, 'UTF8')`}
      from said where outbox.outbox_id = said.outbox_id and lag is not null`);
    expect(rowCount).toBe(1);
    expect(
      failed(await prove({ pool, lake, offsets, hourlyMetrics }, { depth: 'rows', settled: false })),
    ).toMatchObject([{ name: ANNOUNCED, where: [expect.stringMatching(found)] }]);
  });

  it('takes no announcement for wrong that was made before the opening was corrected', async () => {
    await pool.query(
      'update inventory.inventory set opening_quantity = opening_quantity + 2, quantity_on_hand = quantity_on_hand + 2',
    );
    expect(failed(await proof())).toEqual([]);
    await announceAsBefore();
    expect(failed(await proof())).toEqual([]);
  });

  it('takes messages of the version before for announcements, and finds what both announce', async () => {
    const [message] = await announceAsBefore(1);
    expect(failed(await proof())).toEqual([]);
    await pool.query(
      `insert into ledger.announcements (delivery_id, movements, on_hand, sent_at)
       select delivery_id, 1, '{"p1": 10}', now() from inventory.events_log where event_id = 'e1'`,
    );
    expect(failed(await proof()).map(({ name }) => name)).toEqual(
      expect.arrayContaining([ANNOUNCED, 'outbox: every processed movement is announced']),
    );
    expect(places(await proof())).toContain(`message ${message?.outboxId}: event e1`);
  });

  it('finds a message for a topic of the shop that no redrive has put in, and a redrive that nobody recorded', async () => {
    await pool.query(`insert into ledger.outbox (topic, record_value) values ('transactions', 'forged')`);
    const { rows } = await pool.query(`select dead_letter_id from ledger.dead_letters where topic = 'orders' limit 1`);
    await redrive(pool, { dead_letter_ids: [rows[0].dead_letter_id], redriven_by: 'ada', dry_run: false });
    const books = async () =>
      places(await prove({ pool, lake, offsets, hourlyMetrics }, { depth: 'books', settled: false }));
    expect(await books()).toMatch(/^message \d+ for transactions: no redrive has put it in$/);
    await pool.query('delete from ledger.redrives');
    expect(await books()).toMatch(
      /^message \d+ for transactions: .*\nmessage \d+ for orders: no redrive has put it in$/,
    );
  });

  it('finds a movement that was not announced, and an announcement that Kafka does not have', async () => {
    await pool.query(
      'delete from ledger.announcements where announcement_id = (select max(announcement_id) from ledger.announcements)',
    );
    expect(failed(await proof())).toMatchObject([
      // Seven on hand, which the announcement before comes to, was not the last.
      { name: ANNOUNCED, where: [expect.stringMatching(/^message \d+: product p1$/)] },
      { name: 'outbox: every processed movement is announced', expected: 2, actual: 1 },
    ]);
    await pool.query(
      "insert into ledger.outbox (topic, sent_at) select 'inventory_updates', now() from generate_series(1, 2)",
    );
    const result = await proof();
    expect(failed(result)).toContainEqual(
      expect.objectContaining({
        name: 'outbox: Kafka has every inventory update that was sent',
        expected: 3,
        actual: 2,
      }),
    );
  });

  it('names waiting records if everything must be settled', async () => {
    const result = await prove(
      { pool, lake, offsets: kafka(PER_PARTITION + 5), hourlyMetrics },
      { depth: 'books', settled: true },
    );
    expect(failed(result)).toMatchObject([{ name: 'orders: nothing waits in Kafka', expected: 0, actual: 10 }]);
  });

  it('reads one consistent state during concurrent loads', async () => {
    await inTransaction(pool, async (transaction) => {
      await transaction.query('delete from warehouse.fact_orders');
      expect((await prove({ pool, lake, offsets, hourlyMetrics }, { depth: 'books', settled: true })).balanced).toBe(
        true,
      );
      await transaction.query('rollback');
      await transaction.query('begin');
    });
  });
});
