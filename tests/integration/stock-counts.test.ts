/** Counts of stock and movements, in whatever order and however often they come, on real PostgreSQL. */
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { writeToPostgres } from '#delivery/write-to-postgres.ts';
import type { PartitionBatch } from '#domain/records.ts';
import { type Stream, streams } from '#domain/streams.ts';
import { query } from '#functions/prove/queries.ts';
import { replayInventory } from '#functions/replay-inventory/replay-inventory.ts';
import { build } from '#functions/report-inventory/build.ts';
import { applyMovements } from '#functions/update-inventory/apply-movements.ts';
import { until } from '#localstack/processes/until.ts';
import { listMovements } from '#operations/stock/movements.ts';
import { lookAtProduct } from '#operations/stock/product.ts';
import { blocksRead, singleConnection } from '../../benchmarks/blocks-read.ts';
import { Crash, crashingAt } from '../support/crashes.ts';
import { kafkaFrom } from '../support/kafka-from.ts';
import { freshDatabase, freshLake, poolAs } from '../support/stores.ts';
import { readAllUpdates } from '../support/updates.ts';

const OPENING = 100;
const { onlineOrders: sales, supplierRestocks: restocks, stockCounts: counts } = streams;
let pool: Pool;
let own: Pool;

beforeEach(async () => {
  pool = await freshDatabase();
  own = await poolAs('update_inventory', pool);
  await stockShelves(['p1', 'p2']);
  return async () => {
    await own.end();
    await pool.end();
  };
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

const consume = (stream: Stream, batch: PartitionBatch, from = own) =>
  writeToPostgres<Stream['event']>({ pool: from, ...kafkaFrom(0) }, applyMovements)(stream, batch);

const at = (hour: number) => `2026-01-02T${String(hour).padStart(2, '0')}:00:00Z`;
const count = (count_id: string, product_id: string, hour: number, counted: number, more: object = {}) =>
  JSON.stringify({ count_id, product_id, counted, counted_at: at(hour), ...more });
const sale = (event_id: string, product_id: string, hour: number, quantity: number) =>
  JSON.stringify({ event_id, product_id, quantity, timestamp: at(hour), order_id: `order-${event_id}` });
const restock = (event_id: string, product_id: string, hour: number, quantity: number) =>
  JSON.stringify({ event_id, product_id, quantity, timestamp: at(hour), supplier_id: 's1' });

const batchOf = (
  { topic }: Stream,
  from: number,
  values: readonly string[],
  partition = 0,
  timestamp = 1_767_326_645_000,
): PartitionBatch => ({
  ...{ topic, partition },
  records: values.map((value, index) => ({
    ...{ offset: from + index, timestamp, key: null, headers: [] },
    value: Buffer.from(value),
  })),
});

async function stock(): Promise<Record<string, number>> {
  const { rows } = await pool.query('select product_id, quantity_on_hand from inventory.inventory');
  return Object.fromEntries(rows.map(({ product_id, quantity_on_hand }) => [product_id, quantity_on_hand]));
}

/** What the proof and the replay find off. */
async function faults(): Promise<unknown> {
  const client = await pool.connect();
  try {
    return {
      counts: await query(client, 'inventory_counts', [counts.topic, null, null]),
      announced: await query(client, 'inventory_announced'),
      orders: await query(client, 'inventory_orders', [null, null, null]),
      unlogged: await query(client, 'inventory_orders_unlogged'),
      log: (
        await query<{ isUnchanged: boolean }>(client, 'inventory_log', [...[counts.consumer, counts.topic, null, null]])
      ).filter(({ isUnchanged }) => !isUnchanged),
      replay: (await replayInventory(pool, { dryRun: true })).differences,
    };
  } finally {
    client.release();
  }
}
const none = { counts: [], announced: [], orders: [], unlogged: [], log: [], replay: [] };

describe('a count', () => {
  it('sets what is on hand as of its time: what moved since stays, what moved until then is in it', async () => {
    await consume(sales, batchOf(sales, 0, [sale('e1', 'p1', 8, 5), sale('e2', 'p1', 12, 2)]));
    expect(await consume(counts, batchOf(counts, 0, [count('c1', 'p1', 10, 90)]))).toMatchObject({ accepted: 1 });
    expect(await stock()).toEqual({ p1: 88, p2: 100 });
    await consume(sales, batchOf(sales, 2, [sale('e3', 'p1', 10, 7), sale('e4', 'p1', 11, 1)]));
    expect(await stock()).toEqual({ p1: 87, p2: 100 });

    const said = (await readAllUpdates(pool)).map(({ value }) => JSON.parse(String(value)));
    expect(said.map(({ event_id, change, quantity_on_hand }) => [event_id, change, quantity_on_hand])).toEqual([
      ['e1', -5, 95],
      ['e2', -2, 93],
      ['c1', -5, 88],
      ['e3', 0, 88],
      ['e4', -1, 87],
    ]);
    expect(said[2]).toMatchObject({ source: 'stock_counts', product_id: 'p1', oversold: false });
    // The sale was a sale.
    const sold = await pool.query("select quantity from inventory.orders where event_id = 'e3'");
    expect(sold.rows).toEqual([{ quantity: 7 }]);
    expect(await faults()).toEqual(none);
  });

  it('is told on the page of its product, where the sum adds up', async () => {
    await consume(sales, batchOf(sales, 0, [sale('e1', 'p1', 8, 5)]));
    await consume(counts, batchOf(counts, 0, [count('c1', 'p1', 10, 97), count('c2', 'p1', 9, 1)]));
    await consume(sales, batchOf(sales, 1, [sale('e2', 'p1', 9, 3), sale('e3', 'p1', 11, 1)]));
    await consume(restocks, batchOf(restocks, 0, [restock('e4', 'p1', 10, 6), restock('e5', 'p1', 12, 2)]));
    expect(await lookAtProduct({ pool }, { product: 'p1' })).toMatchObject({
      ...{ opening: 100, sold: 6, restocked: 2, corrected: 2, due: 98, onHand: 98, balanced: true },
      ...{ sales: 2, restocks: 1, counts: 2, covered: 2, countedAt: '2026-01-02T10:00:00.000Z' },
    });
    const { rows } = await listMovements({ pool }, { product: 'p1', limit: 10 });
    const said = rows.map(({ eventId, change, after, counted, covered }) => [eventId, change, after, counted, covered]);
    // Those of one delivery have one time.
    expect(said.toSorted(([one = ''], [other = '']) => String(one).localeCompare(String(other)))).toEqual([
      ['c1', 2, 97, 97, null],
      ['c2', 0, expect.any(Number), 1, null],
      ['e1', -5, 95, null, null],
      ['e2', 0, expect.any(Number), null, -3],
      ['e3', -1, 96, null, null],
      ['e4', 0, expect.any(Number), null, 6],
      ['e5', 2, 98, null, null],
    ]);
  });

  it('counts in the report of its day and of those after it, and never among the sales', async () => {
    const reports = await poolAs('report_inventory', pool);
    await consume(sales, batchOf(sales, 0, [sale('e1', 'p1', 8, 5), sale('e2', 'p1', 12, 2)]));
    await consume(counts, batchOf(counts, 0, [count('c1', 'p1', 10, 1), count('c0', 'p2', 1, 3)]));
    await build(reports, '2026-01-02');
    await build(reports, '2026-01-01');
    await reports.end();
    const { rows } = await pool.query(
      'select units_sold, low_stock, oversold from inventory.reports order by report_date desc',
    );
    const shelf = (product_id: string, left: number) => ({ product_id, name: product_id, stock: left, threshold: 10 });
    expect(rows).toEqual([
      { units_sold: 7, low_stock: [shelf('p1', -1), shelf('p2', 3)], oversold: [shelf('p1', -1)] },
      { units_sold: 0, low_stock: [], oversold: [] },
    ]);
  });

  it('has no effect twice; another one with its id is kept whole, and so is one of an unknown product', async () => {
    const first = count('c1', 'p1', 10, 90, { location: 'cellar' });
    const batch = batchOf(counts, 0, [first, first, count('c1', 'p2', 10, 90, { location: 'cellar' })]);
    expect(await consume(counts, batch)).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1 });
    const others = [
      first,
      count('c1', 'p1', 10, 90),
      count('c1', 'p1', 10, 91, { location: 'cellar' }),
      count('c2', 'nobody knows', 10, 1),
      count('c3', 'p1', 10, -1),
    ];
    expect(await consume(counts, batchOf(counts, 0, others, 1))).toMatchObject({ duplicates: 1, rejected: 4 });
    await consume(sales, batchOf(sales, 0, [sale('c1', 'p1', 11, 1)]));
    const letters = await pool.query('select reason, message from ledger.dead_letters order by dead_letter_id');
    const known = 'stock_counts partition 0 offset 0 holds the first';
    expect(letters.rows.map(({ reason, message }) => `${reason} ${message}`)).toEqual([
      `conflict count_id: the same event came before with another product_id; ${known}`,
      expect.stringMatching(/^invalid_quantity counted: expected a whole number from 0 to/),
      `conflict count_id: the same event came before with another location; ${known}`,
      `conflict count_id: the same event came before with another counted; ${known}`,
      expect.stringMatching(/^unknown_product /),
      `conflict event_id: the same event came before with another topic; ${known}`,
    ]);
    expect(await stock()).toEqual({ p1: 90, p2: 100 });
    expect(await faults()).toEqual(none);
  });

  it.each(['0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999Z'])(
    'of %s is followed by others',
    async (counted_at) => {
      await consume(sales, batchOf(sales, 0, [sale('e1', 'p1', 8, 5)]));
      const far = count('c1', 'p1', 10, 50, { counted_at });
      // Of a producer that sets no time, which leaves nothing to compare with.
      expect(await consume(counts, batchOf(counts, 0, [far], 0, -1))).toMatchObject({ accepted: 1 });
      const isPast = counted_at < at(0);
      expect((await stock()).p1).toBe(isPast ? 45 : 50);
      expect(await consume(counts, batchOf(counts, 1, [count('c2', 'p1', 10, 60)]))).toMatchObject({ accepted: 1 });
      expect((await stock()).p1).toBe(isPast ? 60 : 50);
      expect(await lookAtProduct({ pool }, { product: 'p1' })).toMatchObject({ counts: 2, balanced: true });
      expect(await faults()).toEqual(none);
    },
  );

  it('of a year that was mistyped is kept as a dead letter, by Kafka’s time and whenever it is read', async () => {
    const [now, after] = [Date.parse(at(3)), '2026-01-03T03:00:00'];
    const counted = [`${after}.000001Z`, `${after}Z`, '2062-01-02T03:00:00Z'].map((counted_at, n) =>
      count(`c${n}`, 'p1', 0, 50 + n, { counted_at }),
    );
    expect(await consume(counts, batchOf(counts, 0, counted, 0, now))).toMatchObject({ accepted: 1, rejected: 2 });
    expect(await stock()).toEqual({ p1: 51, p2: 100 });
    const { rows } = await pool.query('select reason, message from ledger.dead_letters order by dead_letter_id');
    const expected = `counted_at: expected a time up to ${after}.000000Z, 24 h after the record’s time in Kafka, got`;
    expect(rows).toEqual([
      { reason: 'invalid_timestamp', message: `${expected} ${after}.000001Z` },
      { reason: 'invalid_timestamp', message: `${expected} 2062-01-02T03:00:00.000000Z` },
    ]);
    expect(
      await consume(counts, batchOf(counts, 3, [count('c3', 'p1', 0, 9, { counted_at: `${after}Z` })])),
    ).toMatchObject({
      accepted: 1,
    });
    expect(await stock()).toEqual({ p1: 9, p2: 100 });
    expect(await faults()).toEqual(none);
  });

  it('takes effect once whatever call its worker dies at', async () => {
    await consume(sales, batchOf(sales, 0, [sale('e1', 'p1', 11, 5)]));
    const batch = batchOf(counts, 0, [count('c1', 'p1', 10, 50), count('c2', 'p2', 10, 60)]);
    const lake = await freshLake();
    let crashes = 0;
    for (const side of ['before', 'after'] as const)
      for (let step = 1; step < 40; step++) {
        const dying = crashingAt({ pool: own, lake }, step, side).pool;
        await consume(counts, batch, dying).catch((error) => {
          if (!(error instanceof Crash)) throw error;
          crashes++;
        });
      }
    expect(crashes).toBeGreaterThan(10);
    expect(await consume(counts, batch)).toMatchObject({ redelivered: 2 });
    expect(await stock()).toEqual({ p1: 45, p2: 60 });
    expect(await faults()).toEqual(none);
  });
});

it('gives the same stock for any order of arrival, with counts and movements at once', async () => {
  const event = fc.record({
    kind: fc.constantFrom('sale', 'restock', 'count'),
    product: fc.nat(1),
    hour: fc.nat(9),
    pieces: fc.integer({ min: 1, max: 9 }),
  });
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 2, maxLength: 16 }), async (events) => {
      run++;
      const [one, two] = [`q${run}`, `r${run}`];
      await stockShelves([one, two]);
      const products = [one, two];
      const writes = { sale, restock, count } as const;
      const to = { sale: sales, restock: restocks, count: counts } as const;
      const partition = (at: number) => 100 + run * 100 + at;
      await Promise.all(
        events.map(({ kind, product, hour, pieces }, n) => {
          const value = writes[kind](`${run}-${String(n).padStart(2, '0')}`, products[product] as string, hour, pieces);
          return consume(to[kind], batchOf(to[kind], 0, [value], partition(n)));
        }),
      );
      const due = products.map((_, index) => {
        const mine = events.map((each, n) => ({ ...each, n })).filter(({ product }) => product === index);
        const [newest] = mine.filter(({ kind }) => kind === 'count').sort((a, b) => b.hour - a.hour || b.n - a.n);
        return mine
          .filter(({ kind, hour }) => kind !== 'count' && (!newest || hour > newest.hour))
          .reduce((sum, { kind, pieces }) => sum + (kind === 'sale' ? -pieces : pieces), newest?.pieces ?? OPENING);
      });
      const there = await stock();
      expect(products.map((product) => there[product])).toEqual(due);
    }),
    { numRuns: 30 },
  );
  expect(await faults()).toEqual(none);
});

it('finds a movement that was logged by what the shelf knew before a count, and takes it again', async () => {
  // The count is committed between the moment at which the sale is logged and the one at which it gets the shelf.
  const holder = await pool.connect();
  await holder.query('begin');
  await holder.query("select from inventory.inventory where product_id = 'p1' for update");
  let attempts = 0;
  const counting = writeToPostgres<Stream['event']>({ pool: own, ...kafkaFrom(0) }, (...given) => {
    attempts++;
    return applyMovements(...given);
  });
  const counted = consume(counts, batchOf(counts, 0, [count('c1', 'p1', 10, 50)]));
  await waiting(1);
  const sold = counting(sales, batchOf(sales, 0, [sale('e1', 'p1', 9, 7), sale('e2', 'p1', 11, 1)]));
  await waiting(2);
  await holder.query('commit');
  holder.release();
  expect(await counted).toMatchObject({ accepted: 1 });
  expect(await sold).toMatchObject({ accepted: 2 });
  expect(attempts).toBe(2);
  expect((await stock()).p1).toBe(49);
  expect(await faults()).toEqual(none);
});

/** Until so many sessions of this database wait for a lock. */
const waiting = (sessions: number) =>
  until(
    async () => {
      const { rows } = await pool.query<{ found: number }>(
        "select count(*) as found from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      );
      return (rows[0]?.found ?? 0) >= sessions;
    },
    { what: `${sessions} sessions wait for a lock`, within: 60_000 },
  );

it('the proof that begins behind what is closed looks at products that were counted since', async () => {
  await consume(counts, batchOf(counts, 0, [count('c1', 'p1', 10, 49)]));
  const foundFrom = async (offset: number) => {
    const client = await pool.connect();
    try {
      return await query<{ product_id: string }>(client, 'inventory_counts', [counts.topic, 0, offset]);
    } finally {
      client.release();
    }
  };
  expect(await foundFrom(0)).toEqual([]);
  await pool.query("update inventory.inventory set quantity_on_hand = 50 where product_id = 'p1'");
  expect(await foundFrom(0)).toEqual([{ product_id: 'p1', count: 'c1', due: 49, onHand: 50, isNamed: true, total: 1 }]);
  expect(await foundFrom(1)).toEqual([]);
});

it('the proof reads the log of the counted products alone, however long that of others is', async () => {
  await consume(counts, batchOf(counts, 0, [count('c1', 'p1', 10, 49)]));
  await consume(sales, batchOf(sales, 0, [sale('e1', 'p1', 11, 7)]));
  await stockShelves(Array.from({ length: 1_000 }, (_, index) => `other${index}`));
  await pool.query(
    `insert into inventory.events_log
       (topic, partition, kafka_offset, event_id, product_id, order_id, change, status, raw_event, occurred_at, processed_at)
     select $1, 9, n, 'o' || n, 'other' || n % 1000, 'o', -1, 'processed', repeat('x', 200), $2::timestamptz, now()
     from generate_series(1, 50000) as n`,
    [sales.topic, at(11)],
  );
  await pool.query('vacuum analyze inventory.events_log, inventory.inventory');
  const { rows } = await pool.query("select pg_relation_size('inventory.events_log') / 8192 as blocks");
  expect(rows[0].blocks).toBeGreaterThan(1_500);
  const single = singleConnection(pool);
  const read = await blocksRead(single, async () => {
    const client = await single.connect();
    expect(await query(client, 'inventory_counts', [counts.topic, 0, 0])).toEqual([]);
    client.release();
  });
  await single.end();
  expect(read).toBeLessThan(300);
});

it.each([
  ['stock', "update inventory.inventory set quantity_on_hand = 50 where product_id = 'p1'"],
  ['its time on the shelf', "update inventory.inventory set counted_at = counted_at + interval '1 second'"],
  ['its id on the shelf', "update inventory.inventory set newest_count = 'c0'"],
  ['a shelf that was never counted', "update inventory.inventory set counted_at = now() where product_id = 'p2'"],
  ['what it found', "update inventory.events_log set counted = 51 where event_id = 'c1'"],
  ['a deleted count', "delete from inventory.events_log where event_id = 'c1'"],
  ['a sale that a count had seen', "update inventory.events_log set covered = null, change = -7 where event_id = 'e1'"],
])('the proof finds an edit of %s', async (_, edit) => {
  await consume(counts, batchOf(counts, 0, [count('c1', 'p1', 10, 49)]));
  await consume(sales, batchOf(sales, 0, [sale('e1', 'p1', 9, 7)]));
  expect(await faults()).toEqual(none);
  await pool.query(edit);
  expect(await faults()).not.toEqual(none);
});
