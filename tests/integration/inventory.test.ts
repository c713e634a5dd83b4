/** Stock is the sum of its movements, whatever the order, repetition or batching of deliveries; on real PostgreSQL. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { PartitionBatch } from '#domain/records.ts';
import { movementStreams, type Stream, streams } from '#domain/streams.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { freshDatabase } from '../support/stores.ts';
import { readAllUpdates } from '../support/updates.ts';

const [online, store, restocks]: [Stream, Stream, Stream] = [
  streams.onlineOrders,
  streams.storeSales,
  streams.supplierRestocks,
];
const OPENING = 100;
const products = ['p1', 'p2', 'p3'];
let pool: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  await stockShelves(products);
  return () => pool.end();
});

async function stockShelves(ids: readonly string[]): Promise<void> {
  await pool.query(
    `insert into shop.products (product_id, name, category, price) select id, id, 'books', 1 from unnest($1::text[]) as id`,
    [ids],
  );
  await pool.query(
    `insert into inventory.inventory (product_id, opening_quantity, quantity_on_hand)
     select id, $2, $2 from unnest($1::text[]) as id`,
    [ids, OPENING],
  );
}

const consume = (stream: Stream, batch: PartitionBatch) =>
  writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, applyMovements)(stream, batch);

interface Sale {
  readonly id: string;
  readonly product: string;
  readonly quantity: number;
}
const value = (stream: Stream, { id, product, quantity }: Sale): string =>
  JSON.stringify({
    event_id: id,
    product_id: product,
    quantity,
    timestamp: '2026-01-02T03:04:05Z',
    ...(stream.topic === 'supplier_restocks' ? { supplier_id: 's1' } : { order_id: `order-${id}` }),
    ...(stream.topic === 'store_sales' && { store_id: 'berlin' }),
  });

const batchOf = (stream: Stream, partition: number, from: number, values: readonly (string | null)[]) => ({
  topic: stream.topic,
  partition,
  records: values.map((text, index) => ({
    offset: from + index,
    timestamp: 1_765_411_201_000,
    key: null,
    value: text === null ? null : Buffer.from(text),
    headers: [],
  })),
});

async function stock(): Promise<Record<string, number>> {
  const { rows } = await pool.query('select product_id, quantity_on_hand from inventory.inventory');
  return Object.fromEntries(rows.map(({ product_id, quantity_on_hand }) => [product_id, quantity_on_hand]));
}

/** What is announced of stock, in order. */
const updates = async () =>
  (await readAllUpdates(pool)).map(({ key, value }) => ({ key: String(key), value: JSON.parse(String(value)) }));

async function expectBooksBalance(): Promise<void> {
  const { rows } = await pool.query(`
    select product_id, opening_quantity + coalesce(sum(change) filter (where status = 'processed'), 0)::bigint as logged,
      quantity_on_hand
    from inventory.inventory left join inventory.events_log using (product_id)
    group by product_id, opening_quantity, quantity_on_hand`);
  for (const { logged, quantity_on_hand } of rows) expect(quantity_on_hand).toBe(logged);
}

describe('update-inventory', () => {
  it('moves stock, logs events, stores orders and announces each update in one transaction', async () => {
    await consume(online, batchOf(online, 0, 0, [value(online, { id: 'e1', product: 'p1', quantity: 30 })]));
    await consume(restocks, batchOf(restocks, 0, 0, [value(restocks, { id: 'e2', product: 'p1', quantity: 5 })]));
    await consume(store, batchOf(store, 1, 0, [value(store, { id: 'e3', product: 'p1', quantity: 80 })]));
    expect(await stock()).toEqual({ p1: -5, p2: 100, p3: 100 });
    const update = { product_id: 'p1', oversold: false, processed_at: expect.stringMatching(/^20.*:\d\d\.\d{6}Z$/) };
    expect(await updates()).toEqual([
      { key: 'p1', value: { ...update, event_id: 'e1', change: -30, quantity_on_hand: 70, source: 'online_orders' } },
      { key: 'p1', value: { ...update, event_id: 'e2', change: 5, quantity_on_hand: 75, source: 'supplier_restocks' } },
      {
        key: 'p1',
        value: { ...update, event_id: 'e3', change: -80, quantity_on_hand: -5, source: 'store_sales', oversold: true },
      },
    ]);
    const orders = await pool.query(
      'select event_id, order_id, quantity, source from inventory.orders order by event_id',
    );
    expect(orders.rows).toEqual([
      { event_id: 'e1', order_id: 'order-e1', quantity: 30, source: 'online_orders' },
      { event_id: 'e3', order_id: 'order-e3', quantity: 80, source: 'store_sales' },
    ]);
  });

  it('drops repeats within a batch, across batches and across topics, and distinguishes conflicts', async () => {
    const sale = value(online, { id: 'e1', product: 'p1', quantity: 1 });
    const first = await consume(online, batchOf(online, 0, 0, [sale, sale]));
    expect(first).toMatchObject({ accepted: 1, duplicates: 1, rejected: 0 });
    const again = await consume(online, batchOf(online, 1, 0, [sale]));
    expect(again).toMatchObject({ accepted: 0, duplicates: 1, rejected: 0 });
    const other = [
      value(online, { id: 'e1', product: 'p1', quantity: 2 }),
      value(online, { id: 'e1', product: 'p2', quantity: 1 }),
    ];
    expect(await consume(online, batchOf(online, 2, 0, other))).toMatchObject({ accepted: 0, rejected: 2 });
    const elsewhere = [value(restocks, { id: 'e1', product: 'p1', quantity: 1 })];
    expect(await consume(restocks, batchOf(restocks, 0, 0, elsewhere))).toMatchObject({ rejected: 1 });
    expect(await stock()).toEqual({ p1: 99, p2: 100, p3: 100 });
    const letters = await pool.query('select reason from ledger.dead_letters');
    expect(letters.rows.map(({ reason }) => reason)).toEqual(['conflict', 'conflict', 'conflict']);
    const outbox = await pool.query("select from ledger.outbox where topic = 'dlq' and dead_letter_id is not null");
    expect(outbox.rowCount).toBe(3);
  });

  // functions/update-inventory/repeats.test.ts has every field of every topic.
  it.each([
    ['online_orders', 'timestamp', '2026-01-02T03:04:05.000001Z', online],
    ['store_sales', 'store_id', 'paris', store],
    ['supplier_restocks', 'supplier_id', 's2', restocks],
  ])('keeps an event of %s whole that came before with another %s', async (_, field, other, stream) => {
    const first = value(stream, { id: 'e1', product: 'p1', quantity: 1 });
    const second = JSON.stringify({ ...JSON.parse(first), [field]: other });
    expect(await consume(stream, batchOf(stream, 3, 7, [first, second, first]))).toMatchObject({
      accepted: 1,
      duplicates: 1,
      rejected: 1,
    });
    const { rows } = await pool.query(
      "select reason, message, convert_from(record_value, 'UTF8') as value from ledger.dead_letters",
    );
    const message = `event_id: the same event came before with another ${field}; ${stream.topic} partition 3 offset 7 holds the first`;
    expect(rows).toEqual([{ reason: 'conflict', message, value: second }]);
    const log = await pool.query('select status from inventory.events_log order by kafka_offset');
    expect(log.rows.map(({ status }) => status)).toEqual(['processed', 'rejected', 'duplicate']);
  });

  it('reads the first of many repeats once, and a few megabytes of firsts at a time', async () => {
    const sale = (id: string) => value(online, { id, product: 'p1', quantity: 1 });
    const large = (id: string) => JSON.stringify({ ...JSON.parse(sale(id)), note: 'x'.repeat(4_000_000) });
    const ids = ['e1', 'e2', 'e3', 'e4'];
    for (const [offset, id] of ids.entries()) await consume(online, batchOf(online, 0, offset, [large(id)]));

    const answers: number[] = [];
    const counting = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, (transaction, ...batch) => {
      const query = async (...asked: Parameters<typeof transaction.query>) => {
        const answer = (await transaction.query(...asked)) as unknown as { rows: unknown[] };
        answers.push(JSON.stringify(answer.rows).length);
        return answer;
      };
      return applyMovements({ query } as unknown as typeof transaction, ...batch);
    });
    const repeats = Array.from({ length: 100 }, () => ids.map(sale)).flat();
    expect(await counting(online, batchOf(online, 1, 0, repeats))).toMatchObject({ accepted: 0, duplicates: 400 });
    expect(answers.reduce((all, bytes) => all + bytes)).toBeLessThan(17_000_000);
    expect(Math.max(...answers)).toBeLessThan(13_000_000);
  });

  it('writes dead letters for bad records and unknown products, logs them, and processes the records around them', async () => {
    const batch = batchOf(online, 0, 0, [
      'not json',
      value(online, { id: 'e1', product: 'p1', quantity: 1 }),
      value(online, { id: 'e2', product: 'nobody knows', quantity: 1 }),
      null,
      '{"event_id":"a\u0000"}',
      value(online, { id: 'e3', product: 'p2', quantity: 0 }),
    ]);
    expect(await consume(online, batch)).toEqual({ accepted: 1, duplicates: 0, rejected: 5, redelivered: 0 });
    const { rows } = await pool.query('select reason from ledger.dead_letters order by record_offset');
    expect(rows.map(({ reason }) => reason)).toEqual([
      'not_json',
      'unknown_product',
      'null_value',
      'not_json',
      'invalid_quantity',
    ]);
    const log = await pool.query('select status, count(*) from inventory.events_log group by status order by status');
    expect(log.rows).toEqual([
      { status: 'processed', count: 1 },
      { status: 'rejected', count: 5 },
    ]);
  });

  it('changes nothing when a batch is redelivered, whole or in other batches', async () => {
    const values = Array.from({ length: 10 }, (_, index) =>
      value(store, { id: `e${index}`, product: 'p1', quantity: 1 }),
    );
    await consume(store, batchOf(store, 0, 0, values.slice(0, 6)));
    const again = await consume(store, batchOf(store, 0, 0, values.slice(0, 6)));
    expect(again).toEqual({ accepted: 0, duplicates: 0, rejected: 0, redelivered: 6 });
    const overlapping = await consume(store, batchOf(store, 0, 3, values.slice(3)));
    expect(overlapping).toEqual({ accepted: 4, duplicates: 0, rejected: 0, redelivered: 3 });
    expect((await stock()).p1).toBe(90);
  });

  it('gives the same stock for any order of delivery, any repetition and any batching', async () => {
    const sale = fc.record({
      id: fc.integer({ min: 0, max: 40 }).map((id) => `e${id}`),
      stream: fc.constantFrom(...movementStreams),
      cut: fc.boolean(),
    });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(sale, { minLength: 1, maxLength: 60 }), fc.integer(), async (sales, rotation) => {
        run += 1;
        const shelf = products.map((product) => `${product}-${run}`);
        await stockShelves(shelf);
        // An event's content is derived from its id and stream, so that a repeat within a stream is identical.
        const events = new Map<string, { change: number; product: string }>();
        const queues = new Map<Stream, string[]>();
        for (const { id, stream } of sales) {
          const number = Number(id.slice(1));
          const product = shelf[number % shelf.length] as string;
          const name = `${run}-${stream.topic}-${id}`;
          const quantity = (number % 5) + 1;
          events.set(name, { product, change: stream === restocks ? quantity : -quantity });
          queues.set(stream, [...(queues.get(stream) ?? []), value(stream, { id: name, product, quantity })]);
        }
        const batches: [Stream, PartitionBatch][] = [];
        for (const [stream, values] of queues) {
          let from = 0;
          for (const [index, { cut }] of sales.slice(0, values.length).entries())
            if (cut || index === values.length - 1) {
              batches.push([stream, batchOf(stream, 1000 + run, from, values.slice(from, index + 1))]);
              from = index + 1;
            }
        }
        // Streams interleave at random; batches of one stream keep their order, and some are delivered twice.
        const order = [...movementStreams.slice(rotation % 3), ...movementStreams.slice(0, rotation % 3)];
        await Promise.all(
          order.map(async (stream) => {
            for (const [of, batch] of batches) {
              if (of !== stream) continue;
              await consume(stream, batch);
              if (batch.records.length % 2) await consume(stream, batch);
            }
          }),
        );
        const expected = Object.fromEntries(shelf.map((product) => [product, OPENING]));
        for (const { product, change } of events.values()) expected[product] = (expected[product] ?? 0) + change;
        const actual = await stock();
        expect(Object.fromEntries(shelf.map((product) => [product, actual[product]]))).toEqual(expected);
      }),
      { numRuns: 40 },
    );
    await expectBooksBalance();
  });

  it('counts 200 concurrent sales of 100 pieces exactly', async () => {
    await Promise.all(
      Array.from({ length: 200 }, (_, buyer) =>
        consume(
          online,
          batchOf(online, buyer, 0, [value(online, { id: `buyer-${buyer}`, product: 'p1', quantity: 1 })]),
        ),
      ),
    );
    expect((await stock()).p1).toBe(-100);
    const said = (await updates()).map(({ value }) => value);
    // In the order in which the stock moved.
    expect(said.map(({ quantity_on_hand }) => quantity_on_hand)).toEqual(Array.from({ length: 200 }, (_, n) => 99 - n));
    expect(said.filter(({ oversold }) => oversold)).toHaveLength(100);
  });

  it('processes batches that list the same products in opposite orders', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `q${String(index).padStart(3, '0')}`);
    await stockShelves(many);
    const sales = (ids: readonly string[], buyer: number) =>
      ids.map((product, index) => value(online, { id: `${buyer}-${index}`, product, quantity: 1 }));
    const reversed = [...many].reverse();
    await Promise.all(
      Array.from({ length: 8 }, (_, buyer) =>
        consume(online, batchOf(online, buyer, 0, sales(buyer % 2 ? many : reversed, buyer))),
      ),
    );
    const levels = await stock();
    expect(new Set(many.map((product) => levels[product]))).toEqual(new Set([OPENING - 8]));
    await expectBooksBalance();
  });

  it('processes concurrent batches with the same events and products without a deadlock', async () => {
    const many = Array.from({ length: 150 }, (_, index) => `r${String(index).padStart(3, '0')}`);
    await stockShelves(many);
    let attempts = 0;
    const counting = writeToPostgres<Stream['event']>({ pool, ...kafkaFrom(0) }, (...batch) => {
      attempts += 1;
      return applyMovements(...batch);
    });
    const sales = (by: string) =>
      many.map((product) => value(online, { id: `${by}-${product}`, product, quantity: 1 }));
    await Promise.all(
      Array.from({ length: 8 }, (_, buyer) => {
        const both = [...sales('everyone'), ...sales(`buyer-${buyer}`)];
        return counting(online, batchOf(online, buyer, 0, buyer % 2 ? both : both.reverse()));
      }),
    );
    expect(attempts).toBe(8);
    const levels = await stock();
    expect(new Set(many.map((product) => levels[product]))).toEqual(new Set([OPENING - 8 - 1]));
    await expectBooksBalance();
  });
});
