/** load-orders on real PostgreSQL and S3, with its deployed role. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { beforeEach, expect, inject, test } from 'vitest';
import { newClient } from '#adapters/kafka/client.ts';
import { connectKafka } from '#adapters/kafka/index.ts';
import { kafkaLookup, type RecordLookup } from '#adapters/kafka/lookup.ts';
import type { Lake } from '#adapters/lake/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { inRepository } from '#adapters/repository.ts';
import { eventReader } from '#domain/event-reader.ts';
import type { Order } from '#domain/streams/orders.ts';
import { streams } from '#domain/streams.ts';
import { formatMicros, holdableMillis } from '#domain/time.ts';
import { listNewFiles } from '#functions/load-orders/list.ts';
import { load as loadFiles } from '#functions/load-orders/load.ts';
import { progress } from '#functions/load-orders/progress.ts';
import { archive, FIRST_TIMESTAMP, orderOf, ordersOf, uuidOf } from '../support/archived.ts';
import { kafkaWithoutRecords } from '../support/kafka-from.ts';
import { freshLoadingStores } from '../support/loading.ts';
import { poolAs, s3Client } from '../support/stores.ts';

const { bootstrapServers } = inject('stack').kafka;

let lake: Lake;
let pool: Pool;
let rolePool: Pool;

beforeEach(async () => {
  const { close, ...stores } = await freshLoadingStores();
  ({ lake, pool, rolePool } = stores);
  return close;
});

const load = (
  ids: number[],
  { run = 'run', ...given }: { run?: string; deadline?: number; kafka?: RecordLookup } = {},
) => loadFiles({ pool: rolePool, lake, kafka: kafkaWithoutRecords, ...given }, ids, run);

async function facts() {
  const { rows } = await pool.query(
    `select order_id, user_id, product_id, delivery_id, kafka_offset, amount::text, quantity, currency, category, country,
            (extract(epoch from created_at) * 1000000)::bigint::text as created_at
     from warehouse.fact_orders order by order_id`,
  );
  return rows;
}

async function loads() {
  const { rows } = await pool.query(
    `select delivery_id, rows, inserted, duplicates, conflicts, inserted_amount::text, repeated_amount::text
     from ledger.loads order by delivery_id`,
  );
  return rows;
}

test('every value arrives unchanged, including extremes and nulls', async () => {
  const orders = [
    orderOf(1, { amount: 9_999_999_999, product_id: 'sku-1', quantity: 2_147_483_647 }),
    orderOf(2, { amount: -9_999_999_999, product_id: null, quantity: 1 }),
    orderOf(3, { amount: 0, category: '\ufeffBücher 📚', currency: 'ß', created_at: -62_135_596_800_000_000n }),
    orderOf(4, { amount: -1, category: '"quoted", \\ and\ttab', created_at: 253_402_300_799_999_999n }),
    orderOf(5, { amount: 1_000_000, created_at: -1n }),
  ];
  const { id } = await archive({ pool, lake }, orders);
  expect(await load([id])).toEqual({
    loaded: [id],
    already_loaded: [],
    rows: 5,
    inserted: 5,
    duplicates: 0,
    conflicts: 0,
  });
  const amounts = ['99999999.99', '-99999999.99', '0.00', '-0.01', '10000.00'];
  expect(await facts()).toEqual(
    orders.map((order, index) => ({
      ...order,
      amount: amounts[index],
      created_at: String(order.created_at),
      product_id: order.product_id ?? null,
      quantity: order.quantity ?? null,
      delivery_id: id,
      kafka_offset: index,
    })),
  );
});

test('lists committed files that are not loaded, and reports its progress', async () => {
  expect(await listNewFiles(rolePool)).toEqual({ chunks: [], files: 0 });
  expect(await progress(rolePool)).toEqual({ processed_files: 0, last_key: null, watermark: null, rows: 0 });
  const [a, b, c] = [
    await archive({ pool, lake }, ordersOf(0, 10)),
    await archive({ pool, lake }, ordersOf(10, 30), { partition: 1 }),
    await archive({ pool, lake }, ordersOf(30, 60)),
  ];
  await pool.query(`update ledger.deliveries set state = 'open', committed_at = null where delivery_id = $1`, [b.id]);
  expect(await listNewFiles(rolePool)).toEqual({
    chunks: [{ chunk: 0, delivery_ids: [a.id, c.id], rows: 40 }],
    files: 2,
  });
  await load([c.id]);
  expect(await progress(rolePool)).toEqual({ processed_files: 1, last_key: c.key, watermark: null, rows: 30 });
  await load([a.id]);
  expect(await progress(rolePool)).toEqual({
    processed_files: 2,
    last_key: c.key,
    watermark: expect.stringMatching(/^20\d\d-.*Z$/),
    rows: 40,
  });
  expect(await listNewFiles(rolePool)).toEqual({ chunks: [], files: 0 });
});

test('loading again changes nothing', async () => {
  const { id } = await archive({ pool, lake }, ordersOf(0, 100));
  const next = await archive({ pool, lake }, ordersOf(100, 150));
  await load([id]);
  const before = [await facts(), await loads()];
  expect(await load([id], { run: 'again' })).toMatchObject({ loaded: [], already_loaded: [id], rows: 0, inserted: 0 });
  expect([await facts(), await loads()]).toEqual(before);
  expect(await load([id, next.id])).toMatchObject({ loaded: [next.id], already_loaded: [id], inserted: 50 });
});

test('repeats are counted and the first is kept, within a file, across files and across loads', async () => {
  const first = await archive({ pool, lake }, [orderOf(1), orderOf(2), orderOf(1)]);
  const second = await archive({ pool, lake }, [orderOf(2), orderOf(3)], { partition: 1 });
  const third = await archive({ pool, lake }, [orderOf(3), orderOf(3), orderOf(4)], { partition: 2 });
  expect(await load([second.id, first.id])).toMatchObject({ rows: 5, inserted: 3, duplicates: 2, conflicts: 0 });
  expect(await load([third.id])).toMatchObject({ rows: 3, inserted: 1, duplicates: 2, conflicts: 0 });
  expect(
    (await facts()).map(({ order_id, delivery_id, kafka_offset }) => [order_id, delivery_id, kafka_offset]),
  ).toEqual([
    [uuidOf(1), first.id, 0],
    [uuidOf(2), first.id, 1],
    [uuidOf(3), second.id, 1],
    [uuidOf(4), third.id, 2],
  ]);
  const count = (rows: number, inserted: number, inserted_amount: string, repeated_amount: string) => ({
    rows,
    inserted,
    duplicates: rows - inserted,
    conflicts: 0,
    inserted_amount,
    repeated_amount,
  });
  expect(await loads()).toMatchObject([
    count(3, 2, '2.03', '1.01'),
    count(2, 1, '1.03', '1.02'),
    count(3, 1, '1.04', '2.06'),
  ]);
});

test.each([
  ['amount', { amount: 101 + 1 }],
  ['user', { user_id: uuidOf(7) }],
  ['time', { created_at: 1n }],
  ['product, where there was none', { product_id: 'sku' }],
  ['quantity, where there was none', { quantity: 1 }],
  ['currency', { currency: 'USD' }],
  ['category', { category: 'other' }],
  ['country', { country: 'AT' }],
])('the same order with another %s is a conflict, kept whole', async (_, changes) => {
  const other = orderOf(1, changes);
  const first = await archive({ pool, lake }, [orderOf(1), orderOf(2)]);
  const second = await archive({ pool, lake }, [orderOf(2), other], { partition: 3 });
  expect(await load([first.id, second.id])).toMatchObject({ rows: 4, inserted: 2, duplicates: 1, conflicts: 1 });
  const { rows } = await pool.query('select * from ledger.dead_letters');
  expect(rows).toMatchObject([
    {
      delivery_id: second.id,
      consumer: 'load-orders',
      topic: 'orders',
      partition: 3,
      record_offset: 1,
      kafka_timestamp: new Date(FIRST_TIMESTAMP + 1),
      record_key: Buffer.from(other.user_id),
      headers: [],
      reason: 'conflict',
      message:
        `order ${uuidOf(1)} came before with another ${Object.keys(changes)}: orders partition 0 offset 0 (delivery ${first.id}) ` +
        'holds the first; Kafka no longer has the record, so it is rebuilt from the lake',
    },
  ]);
  // The kept content can be read as the original event.
  expect(eventReader(streams.orders)(rows[0].record_value)).toEqual(other);
});

const raw = {
  key: Buffer.from([0, 255, 7]),
  headers: [
    { name: 'trace', value: Buffer.from([0, 255]) },
    { name: '1', value: Buffer.alloc(0) },
    { name: 'trace', value: Buffer.from('second') },
  ],
};

/** The order as a shop may write it: with an unknown field, a repeated one, and numbers in several forms. */
const written = ({ order_id, user_id, ...order }: Order): string =>
  `{"note": "kept", "order_id":"${order_id.toUpperCase()}", "user_id":"${user_id}", "amount" : 7, "amount": ${order.amount}E-2,` +
  `"currency":"${order.currency}","category":"${order.category}","country":"${order.country}","created_at":"${formatMicros(order.created_at)}"}`;

test('a conflicting order is kept as Kafka has it: key, headers in their order, unknown fields, and its number as it was written', async () => {
  const topic = `load-conflicts-${process.pid}`;
  const connection = await connectKafka({ bootstrapServers, clientId: 'load-test' });
  const producer = await connection.producer();
  const admin = newClient({ bootstrapServers, clientId: 'load-test' }).admin();
  const anyTime = { name: 'message.timestamp.after.max.ms', value: String(Number.MAX_SAFE_INTEGER) };
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries: [anyTime] }] });
  await admin.disconnect();
  const other = orderOf(1, { amount: 102 });
  const conflicts = [other, orderOf(1, { amount: 103 })].map((order) => ({ ...raw, value: written(order) }));
  // A producer that counts microseconds. The lake holds the last millisecond that every reader can.
  const micros = FIRST_TIMESTAMP * 1_000;
  await producer.send(topic, [
    ...conflicts.map((record, index) => ({ ...record, timestamp: index === 0 ? micros : FIRST_TIMESTAMP + index })),
    { ...raw, value: written(orderOf(9)), timestamp: FIRST_TIMESTAMP + 2 },
    { ...raw, value: '{', timestamp: FIRST_TIMESTAMP + 3 },
  ]);
  await producer.close();
  await connection.close();

  const first = await archive({ pool, lake }, [orderOf(1)], { partition: 3 });
  const more = [other, ...[103, 104, 105, 106].map((amount) => orderOf(1, { amount }))];
  const second = await archive({ pool, lake }, more.slice(0, 2), { timestamps: [holdableMillis(micros)] });
  const third = await archive({ pool, lake }, more.slice(2));
  const asked: string[] = [];
  // The topic `orders` belongs to the stack.
  const kafka = kafkaOf(topic, asked);
  expect(await load([first.id, second.id, third.id], { kafka })).toMatchObject({ inserted: 1, conflicts: 5 });
  expect(asked).toEqual(['orders']);
  const { rows } = await pool.query(
    'select record_key as key, record_value as value, headers, message from ledger.dead_letters order by record_offset',
  );
  const headers = raw.headers.map(({ name, value }) => ({ name, value: value.toString('base64') }));
  const whole = conflicts.map(({ value }) => ({ ...raw, value: Buffer.from(value), headers }));
  expect(rows.slice(0, 2)).toEqual(
    whole.map((letter) => ({ ...letter, message: expect.not.stringContaining('rebuilt') })),
  );
  const why = [
    'Kafka has another record at this offset',
    'what Kafka has at this offset cannot be read by the rules of today',
    'Kafka no longer has the record',
  ];
  for (const [index, letter] of rows.slice(2).entries()) {
    expect(letter.message).toContain(`; ${why[index]}, so it is rebuilt from the lake`);
    expect(letter).toMatchObject({ key: Buffer.from(other.user_id), headers: [] });
    expect(eventReader(streams.orders)(letter.value)).toEqual(more[index + 2]);
  }
});

/** Reads the topic in place of the one that is asked for. */
function kafkaOf(topic: string, asked: string[] = []): RecordLookup {
  const lookup = kafkaLookup({ bootstrapServers });
  return {
    recordsAt(instead, ...rest) {
      asked.push(instead);
      return lookup.recordsAt(topic, ...rest);
    },
  };
}

test.each([
  ['does not answer in time', 3_000, 'timeout'],
  ['has lost the topic', 60_000, 'does not host this topic-partition'],
])('if Kafka %s, nothing is loaded, and the error says what to do', async (_, within, why) => {
  const { id } = await archive({ pool, lake }, [orderOf(1), orderOf(1, { amount: 5 }), orderOf(1, { amount: 6 })]);
  const silent: RecordLookup = {
    // biome-ignore lint/correctness/useYield: it answers nothing
    async *recordsAt(_, __, signal) {
      await once(signal, 'abort');
      signal.throwIfAborted();
    },
  };
  const kafka = why === 'timeout' ? silent : kafkaOf(`never-made-${process.pid}`);
  const loading = load([id], { kafka, deadline: Date.now() + within });
  await expect(loading).rejects.toThrow(
    /^Conflicting orders could not be read from Kafka, topic orders partition 0 offsets 1, 2: .*The load was rolled back. Run it again/,
  );
  await expect(loading).rejects.toThrow(why);
  expect([await facts(), await loads()]).toEqual([[], []]);
  expect(await load([id])).toMatchObject({ inserted: 1, conflicts: 2 });
});

test('a delivery that is loaded again keeps the letters that it has', async () => {
  const first = await archive({ pool, lake }, [orderOf(1), orderOf(1, { amount: 5 })]);
  await load([first.id]);
  const letters = async () => (await pool.query('select * from ledger.dead_letters')).rows;
  const before = await letters();
  await pool.query('delete from warehouse.fact_orders');
  await pool.query('delete from ledger.loads');
  expect(await load([first.id])).toMatchObject({ inserted: 1, conflicts: 1 });
  expect(await letters()).toEqual(before);
});

test('conflicts are counted within a file and across loads', async () => {
  const first = await archive({ pool, lake }, [orderOf(1), orderOf(1, { amount: 5 }), orderOf(1)]);
  const second = await archive({ pool, lake }, [orderOf(1, { amount: 6 }), orderOf(1, { amount: 5 })]);
  expect(await load([first.id])).toMatchObject({ inserted: 1, duplicates: 1, conflicts: 1 });
  expect(await load([second.id])).toMatchObject({ inserted: 0, duplicates: 0, conflicts: 2 });
  expect(await loads()).toMatchObject([
    { rows: 3, inserted: 1, inserted_amount: '1.01', repeated_amount: '1.06' },
    { rows: 2, inserted: 0, inserted_amount: '0.00', repeated_amount: '0.11' },
  ]);
});

test('concurrent loads load each file once, whatever files they share', async () => {
  for (let round = 0; round < 5; round++) {
    const base = round * 10_000;
    const up = ordersOf(base, base + 1_000);
    const deliveries = [
      await archive({ pool, lake }, up),
      // The same orders in reverse, and half of them again: loads deadlock unless all insert rows in the same order.
      await archive({ pool, lake }, up.toReversed(), { partition: 1 }),
      await archive({ pool, lake }, ordersOf(base + 500, base + 1_500), { partition: 2 }),
      await archive({ pool, lake }, ordersOf(base + 500, base + 1_500).toReversed(), { partition: 3 }),
    ];
    const [a = 0, b = 0, c = 0, d = 0] = deliveries.map(({ id }) => id);
    const results = await Promise.all([load([a, b, c]), load([d, b]), load([c, d]), load([a, d])]);
    const total = (of: 'rows' | 'inserted' | 'duplicates' | 'conflicts') =>
      results.reduce((sum, result) => sum + result[of], 0);
    expect([total('rows'), total('inserted'), total('duplicates'), total('conflicts')]).toEqual([4000, 1500, 2500, 0]);
    expect(results.flatMap(({ loaded }) => loaded).toSorted((x, y) => x - y)).toEqual([a, b, c, d]);
  }
  expect((await facts()).length).toBe(7_500);
  expect(await changed()).toEqual([]);
});

test('loads of different files with the same orders wait for each other without a deadlock', async () => {
  const others = await poolAs('load_orders', pool);
  for (let round = 0; round < 3; round++) {
    const orders = ordersOf(round * 20_000, (round + 1) * 20_000);
    const forth = await archive({ pool, lake }, orders);
    const back = await archive({ pool, lake }, orders.toReversed(), { partition: 1 });
    const results = await Promise.all(
      [forth, back].map(({ id }) => loadFiles({ pool: others, lake, kafka: kafkaWithoutRecords }, [id], 'run')),
    );
    expect(results.map(({ inserted, duplicates }) => inserted + duplicates)).toEqual([20_000, 20_000]);
    expect(results.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(20_000);
  }
  // PostgreSQL publishes a session's statistics when the session ends.
  await others.end();
  const sessions = `
    select count(*) from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()`;
  await expect.poll(async () => (await pool.query(sessions)).rows, { timeout: 60_000 }).toEqual([{ count: 0 }]);
  const { rows } = await pool.query('select deadlocks from pg_stat_database where datname = current_database()');
  expect(rows).toEqual([{ deadlocks: 0 }]);
});

/** The deliveries whose rows are not as their loads have written them. */
async function changed(): Promise<number[]> {
  const { rows } = await pool.query<{ delivery_id: number }>(
    `select delivery_id
     from ledger.loads
     left join (
       select delivery_id, sum(warehouse.fingerprint(fact_orders)) as fingerprint from warehouse.fact_orders group by delivery_id
     ) as stored using (delivery_id)
     where loads.rows_fingerprint is distinct from stored.fingerprint`,
  );
  return rows.map(({ delivery_id }) => delivery_id);
}

test('an order that somebody inserts after the load has asked for it is a repeat', async () => {
  const { id } = await archive({ pool, lake }, ordersOf(0, 10));
  const other = await pool.connect();
  try {
    await other.query('begin');
    const { order_id, user_id, currency, category, country, created_at } = orderOf(5);
    await other.query(
      `insert into warehouse.fact_orders values ($1, $2, null, 0, 0, 1.05, null, $3, $4, $5, to_timestamp($6::numeric / 1000000))`,
      [order_id, user_id, currency, category, country, created_at],
    );
    const loading = load([id]);
    const waiting = `
      select count(*) from pg_stat_activity where datname = current_database() and wait_event = 'transactionid'`;
    await expect.poll(async () => (await pool.query(waiting)).rows, { timeout: 60_000 }).toEqual([{ count: 1 }]);
    await other.query('commit');
    expect(await loading).toMatchObject({ rows: 10, inserted: 9, duplicates: 1, conflicts: 0 });
  } finally {
    // Whatever failed, the pool can end.
    other.release(true);
  }
  expect(await changed()).toEqual([]);
});

test('the load keeps what its rows were, also if they went where others had been deleted', async () => {
  const before = 60_000;
  // So that only our own vacuum says how many rows are left.
  await pool.query('alter table warehouse.fact_orders set (autovacuum_enabled = false)');
  await pool.query(
    `insert into warehouse.fact_orders
     select gen_random_uuid(), gen_random_uuid(), null, 0, n, 1, null, 'EUR', 'books', 'DE', now() from generate_series(1, $1::int) n`,
    [before],
  );
  const near = await archive({ pool, lake }, ordersOf(0, 100));
  const ahead = await archive({ pool, lake }, [...ordersOf(100, 200), ...ordersOf(50, 60)]);
  await load([near.id]);
  await pool.query('delete from warehouse.fact_orders where delivery_id = 0 and kafka_offset <= 5000');
  // VACUUM removes nothing that a snapshot might see, such as that of an autoanalyze elsewhere, and says how many rows it had to leave.
  const left = async () => {
    await pool.query('vacuum warehouse.fact_orders');
    return (await pool.query(`select pg_stat_get_dead_tuples('warehouse.fact_orders'::regclass) as count`)).rows;
  };
  await expect.poll(left, { timeout: 60_000 }).toEqual([{ count: 0 }]);
  await load([ahead.id]);
  const { rows } = await pool.query<{ block: number }>(
    `select (ctid::text::point)[0]::int as block from warehouse.fact_orders where delivery_id = any($1) order by delivery_id, block`,
    [[near.id, ahead.id]],
  );
  // Otherwise this test would show nothing.
  expect((rows[0]?.block ?? 0) - (rows.at(-1)?.block ?? 0)).toBeGreaterThan(512);
  expect(await changed()).toEqual([]);
});

test('a missing object is named, and nothing of its chunk is loaded', async () => {
  const [here, gone] = [
    await archive({ pool, lake }, ordersOf(0, 10)),
    await archive({ pool, lake }, ordersOf(10, 20)),
  ];
  await s3Client().send(new DeleteObjectCommand({ Bucket: lake.bucket, Key: gone.key }));
  await expect(load([here.id, gone.id])).rejects.toThrow(`s3://${lake.bucket}/${gone.key} of delivery ${gone.id}`);
  expect([await facts(), await loads()]).toEqual([[], []]);
  expect(await load([here.id])).toMatchObject({ inserted: 10 });
});

test('an object whose number of rows differs from the ledger is named, and nothing of its chunk is loaded', async () => {
  const right = await archive({ pool, lake }, ordersOf(0, 10));
  const wrong = await archive({ pool, lake }, ordersOf(10, 20), { rows: 11 });
  await expect(load([right.id, wrong.id])).rejects.toThrow(
    `s3://${lake.bucket}/${wrong.key} of delivery ${wrong.id} has 10 rows, the ledger says 11`,
  );
  expect([await facts(), await loads()]).toEqual([[], []]);
});

test('an unknown or uncommitted delivery is refused', async () => {
  const { id } = await archive({ pool, lake }, ordersOf(0, 10));
  await expect(load([id, 4711])).rejects.toThrow('Delivery 4711: expected a committed delivery of archive-orders');
  await pool.query(`update ledger.deliveries set state = 'abandoned', committed_at = null`);
  await expect(load([id])).rejects.toThrow('got abandoned delivery of archive-orders with a file');
});

test('a load that would outlast the function is rolled back in time and can be repeated', async () => {
  const { id } = await archive({ pool, lake }, ordersOf(0, 1_000));
  await expect(load([id], { deadline: Date.now() })).rejects.toThrow('ran out of time');
  const blocker = await pool.connect();
  try {
    await blocker.query('begin');
    await blocker.query(
      `insert into warehouse.fact_orders
       values ($1, $1, null, 0, 0, 1, null, 'EUR', 'books', 'DE', now())`,
      [uuidOf(500)],
    );
    // Long enough on a busy machine to reach the point where the load waits.
    await expect(load([id], { deadline: Date.now() + 4_000 })).rejects.toThrow('statement timeout');
    await blocker.query('rollback');
  } finally {
    blocker.release(true);
  }
  expect(await loads()).toEqual([]);
  expect(await load([id])).toMatchObject({ inserted: 1_000 });
});

test('what follows the rows has the time that these have left', async () => {
  await pool.query(`
    create table given (place name, milliseconds int);
    create function note_time() returns trigger language plpgsql security definer as $$
    begin
      insert into public.given
      select tg_table_name, setting::int from pg_settings where name = 'statement_timeout';
      -- However fast the machine is, the rows have taken some.
      perform pg_sleep(0.01);
      return null;
    end $$;
    create trigger note_time after insert on warehouse.fact_orders execute function note_time();
    create trigger note_time after update on ledger.loads execute function note_time()`);
  const { id } = await archive({ pool, lake }, ordersOf(0, 10));
  await load([id]);
  const { rows } = await pool.query<{ place: string; milliseconds: number }>('select place, milliseconds from given');
  expect(rows.map(({ place }) => place)).toEqual(['fact_orders', 'loads']);
  const [ofRows = 0, after = 0] = rows.map(({ milliseconds }) => milliseconds);
  expect(after).toBeLessThan(ofRows);
});

test('memory does not grow with the file', async () => {
  const ROWS = 500_000;
  const { id } = await archive({ pool, lake }, ordersOf(0, ROWS));
  const { host, port, user, password } = inject('stack').postgres;
  const { database } = (await pool.query('select current_database() as database')).rows[0];
  const { endpoint, region, accessKeyId, secretAccessKey } = inject('stack').s3;
  const program = inRepository('tests/fixtures/load-and-measure.ts');
  const connection = JSON.stringify({ host, port, user, password, database });
  // V8 collects no garbage while there is room; with a small heap, the growth is what the load really needs.
  const small = ['--max-old-space-size=64', '--max-semi-space-size=8'];
  const args = [...small, program, connection, lake.bucket, String(id)];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
    },
  });
  const { inserted, megabytes } = JSON.parse(stdout);
  expect(inserted).toBe(ROWS);
  // Decoding all rows at once would take 190 MB.
  expect(megabytes).toBeLessThan(128);
});
