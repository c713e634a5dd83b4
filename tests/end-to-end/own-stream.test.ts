/**
 * docs/add-a-stream.md, done in a copy of the project: two streams that the product doesn't know, by a command and a few lines, are
 * consumed, stored and proved; and a row that is deleted, doubled or changed is found. And docs/add-a-field.md: a field that orders get.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectKafka } from '#adapters/kafka/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import type { Proof } from '#functions/prove/proof.ts';
import { until } from '#localstack/processes/until.ts';
import { readStatus, type StackStatus } from '#localstack/stack/status.ts';
import type { LakeLook } from '#operations/lake/days.ts';
import type { Place } from '#operations/trace/place.ts';
import { copyProject, type ProjectCopy } from '../support/project-copy.ts';

/** The lines that a person writes: what a refund has. */
const FIELDS = `    refund_id: text(40, 'The refund.'),
    order_id: uuid('The order, as on topic \`orders\`.'),
    user_id: uuid('Who gets it; also the key of the Kafka record.'),
    amount: money('What is paid back, at most two decimals.'),
    currency: currency('ISO 4217 code, such as EUR.'),
    pieces: quantity('How many pieces came back.').nullish(),
    "order": text(20, 'What the shop calls the order.').nullish(),
    refunded_at: timestamp('When it was decided.'),`;
const IMPORT = "import { currency, money, quantity, text, timestamp, uuid } from '../columns.ts';";
const SENT = `  refund_id: 'R-1001',
  order_id: '88aa0c1e-7d5a-4a52-9a38-0e3b1f3f9f11',
  user_id: '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10',
  amount: '19.99',
  currency: 'EUR',
  refunded_at: '2026-01-02T03:04:05Z',`;

const GOOD = 40;
const refund = (n: number) => ({
  refund_id: `R-${n}`,
  order_id: `88aa0c1e-7d5a-4a52-9a38-${String(n).padStart(12, '0')}`,
  user_id: `0d9f3c52-8f0a-4f4e-8f57-${String(n % 7).padStart(12, '0')}`,
  amount: (n / 100).toFixed(2),
  currency: 'EUR',
  ...(n % 2 === 0 && { pieces: n + 1, order: `#${n}` }),
  refunded_at: `2026-01-02T03:04:05.${String(n).padStart(6, '0')}Z`,
});
const returned = (n: number) => ({
  return_id: `B-${n}`,
  amount: 1,
  currency: 'EUR',
  occurred_at: '2026-01-02T03:04:05Z',
});

/** The line that gives orders a field. */
const CHANNEL = `    channel: text(20, 'Where it was sold.').nullish(),`;
const order = (n: number, channel = n < 3 ? 'web' : 'till') => ({
  order_id: `4b3f0c1e-7d5a-4a52-9a38-${String(n).padStart(12, '0')}`,
  user_id: '0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10',
  amount: 19.99,
  currency: 'EUR',
  category: 'books',
  country: 'DE',
  created_at: '2026-01-02T03:04:05Z',
  // Of the last it isn't known.
  ...(n < 9 && { channel }),
});

let copy: ProjectCopy;
let stack: ChildProcess;
let home: string | undefined;
let status: StackStatus;
let pool: Pool;

beforeAll(() => {
  copy = copyProject();
});
afterAll(async () => {
  await pool?.end();
  if (stack?.kill('SIGTERM')) await once(stack, 'exit');
  copy.remove();
});

/** As a user types it in the copy, once its stack runs against that. */
const tillstream = (...args: readonly string[]) =>
  copy.node('cli/tillstream.mjs', args, home === undefined ? {} : { TILLSTREAM_HOME: home });
const biome = (...args: readonly string[]) => copy.node('node_modules/@biomejs/biome/bin/biome', args);
const edit = (path: string, change: (text: string) => string): void => {
  const before = readFileSync(copy.path(path), 'utf8');
  const after = change(before);
  expect(after, `${path} is changed`).not.toBe(before);
  writeFileSync(copy.path(path), after);
};

it('new-stream writes files that pass, before and after a person has written in them', async () => {
  expect([FIELDS, IMPORT, SENT].join('\n').split('\n').length).toBeLessThanOrEqual(20);
  const { stdout } = await tillstream('new-stream', 'refunds');
  expect(stdout).toContain('npx tillstream new-stream refunds --migration');
  await tillstream('new-stream', 'returns', '--sink', 'lake', '--key', 'return_id');
  await expect(tillstream('new-stream', 'refunds')).rejects.toThrow('There is a topic refunds already');

  const description = 'domain/streams/refunds.ts';
  edit(description, (text) => text.replace(/(?<=\.object\(\{\n).*?(?=\n {2}\}\))/s, FIELDS));
  edit(description, (text) => text.replace(/^import \{ currency.*$/m, IMPORT));
  edit('domain/streams/refunds.test.ts', (text) => text.replace(/(?<=const sent = \{\n).*?(?=\n\})/s, SENT));
  const migration = (await tillstream('new-stream', 'refunds', '--migration')).stdout;
  const [file = ''] = /sql\/migrations\/\d+_stream_refunds\.sql/.exec(migration) ?? [];
  expect(readFileSync(copy.path(file), 'utf8')).toMatch(/^ {2}"order" +varchar\(20\),$/m);

  await biome('format', '--write', 'domain/streams');
  await biome('check', '--error-on-warnings', 'domain/streams.ts', 'domain/streams');
  writeFileSync(copy.path('tsconfig.own.json'), '{ "extends": "./tsconfig.json", "include": ["domain/streams"] }');
  await copy.node('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.own.json', '--noEmit']);
  // A stack that runs, or another home, is none of its business.
  expect((await copy.node('test.mjs', ['unit', 'refunds'])).stdout).toMatch(/7 passed, 0 failed/);
});

it('new-stream leaves nothing behind if it can’t write all', async () => {
  const inTheWay = copy.path('sql/migrations/999_stream_gifts.sql');
  const before = readFileSync(copy.path('domain/streams.ts'), 'utf8');
  mkdirSync(inTheWay);
  await expect(tillstream('new-stream', 'gifts')).rejects.toThrow('EISDIR');
  rmdirSync(inTheWay);
  expect(readFileSync(copy.path('domain/streams.ts'), 'utf8')).toBe(before);
  expect(readdirSync(copy.path('domain/streams')).filter((name) => name.startsWith('gifts'))).toEqual([]);
});

it('add-field writes the migration of a field that orders got, and a test names the files that lack it', async () => {
  await expect(tillstream('add-field', 'orders', 'channel')).rejects.toThrow(
    'Add it to domain/streams/orders.ts first',
  );
  edit('domain/streams/orders.ts', (text) => text.replace(/(?=\n {2}\}\)\n {2}\.meta)/, `\n${CHANNEL}`));
  const [file = ''] = /sql\/migrations\/\d+_orders_channel\.sql/.exec(
    (await tillstream('add-field', 'orders', 'channel')).stdout,
  ) ?? [''];
  expect(readFileSync(copy.path(file), 'utf8')).toContain(
    'alter table warehouse.fact_orders add column channel varchar(20);',
  );
  const unit = await copy.node('test.mjs', ['unit', 'columns-by-hand']).catch((error: { stdout: string }) => error);
  for (const lacking of ['spark/orders.py', 'spark/jobs/shared/merge_orders.sql', 'sql/proof/curated_values.sql'])
    expect(unit.stdout).toMatch(new RegExp(`×.*${lacking} has channel of orders`));
});

it('starts with the streams, and consumes them', async () => {
  stack = spawn(process.execPath, [copy.path('tests/support/deployed-stack.ts')], {
    ...{ cwd: copy.folder, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  const [said] = await Promise.race([
    once(stack.stdout?.setEncoding('utf8') as NodeJS.ReadableStream, 'data'),
    once(stack, 'exit').then(() => Promise.reject(new Error('The stack of the copy did not come up.'))),
  ]);
  home = String(said).trim();
  status = readStatus(join(home, 'run')) as StackStatus;
  pool = openPool({ connectionString: status.postgres.url, max: 1 });
  await sendAll();
  await until(async () => (await consumed()) === GOOD + 3 + GOOD + 1, {
    what: 'everything is consumed',
    within: 200_000,
    every: 500,
  });
});

/** Refunds with a repeat, a conflict and one that can't be used; returns with one that can't; orders of which one comes again from elsewhere. */
async function sendAll(): Promise<void> {
  const { bootstrapServers } = status.kafka;
  const kafka = await connectKafka({ bootstrapServers, clientId: 'test-own-stream' });
  try {
    const producer = await kafka.producer();
    const keyed = (key: 'user_id' | 'return_id') => (event: object) => ({
      key: (event as Record<string, string>)[key] ?? null,
      value: JSON.stringify(event),
    });
    const good = Array.from({ length: GOOD }, (_, n) => refund(n));
    const bad = [refund(0), { ...refund(1), amount: '1000.00' }, { ...refund(2), refund_id: 7 }];
    await producer.send('refunds', [...good, ...bad].map(keyed('user_id')));
    const back = Array.from({ length: GOOD }, (_, n) => returned(n));
    await producer.send('returns', [...back, { return_id: 'B' }].map(keyed('return_id')));
    const orders = Array.from({ length: 10 }, (_, n) => order(n));
    const again = [order(0), order(1, 'till'), { ...order(10), channel: 7 }];
    await producer.send('orders', [...orders, ...again].map(keyed('user_id')));
    await producer.close();
  } finally {
    await kafka.close();
  }
}

async function consumed(): Promise<number> {
  const { rows } = await pool.query<{ records: number }>(
    `select coalesce(sum(records), 0)::int as records from ledger.deliveries
     where state = 'committed' and topic in ('refunds', 'returns')`,
  );
  return rows[0]?.records ?? 0;
}

const inBooks = { accepted: GOOD, lag: 0 };

it('is balanced, with each record where the description says', async () => {
  await tillstream('produce', '--example', 'refunds');
  await until(async () => (await rowsOf('select from streams.refunds')).length === GOOD + 1, {
    what: 'the example is stored',
    within: 100_000,
    every: 500,
  });
  await until(
    async () => (await rowsOf('select from ledger.loads having sum(duplicates + conflicts) = 2')).length > 0,
    {
      what: 'the orders are loaded',
      within: 200_000,
      every: 500,
    },
  );
  await until(async () => (await rowsOf('select from ledger.waiting')).length === 0, {
    what: 'the outbox is empty',
    within: 200_000,
    every: 500,
  });
  const { checks, streams, balanced } = await proof('--settled');
  expect(checks.filter((check) => !check.balanced)).toEqual([]);
  expect(balanced).toBe(true);
  expect(streams.refunds).toEqual({ ...inBooks, accepted: GOOD + 1, consumed: GOOD + 4, duplicates: 1, rejected: 2 });
  expect(streams.returns).toEqual({ ...inBooks, consumed: GOOD + 1, duplicates: 0, rejected: 1, archived: GOOD });
  const [row] = await rowsOf(`select * from streams.refunds where refund_id = 'R-8'`);
  expect(row).toMatchObject({ ...refund(8), refunded_at: new Date('2026-01-02T03:04:05.000Z') });
});

it('has the field of each order, and takes a repeat that differs only there for a conflict', async () => {
  const rows = await rowsOf(
    `select right(order_id::text, 1)::int as n, channel from warehouse.fact_orders order by order_id`,
  );
  expect(rows).toEqual(Array.from({ length: 10 }, (_, n) => ({ n, channel: order(n).channel ?? null })));
  const loads = await rowsOf(
    'select sum(duplicates)::int as duplicates, sum(conflicts)::int as conflicts from ledger.loads',
  );
  expect(loads).toEqual([{ duplicates: 1, conflicts: 1 }]);
  const letters = await rowsOf(
    `select reason, message from ledger.dead_letters where topic = 'orders' order by reason`,
  );
  expect(letters).toEqual([
    { reason: 'conflict', message: expect.stringContaining('came before with another channel: ') },
    { reason: 'wrong_type', message: 'channel: expected text, got number' },
  ]);
});

it('backfill finds nothing to fill where all was loaded with the field', async () => {
  expect((await tillstream('backfill', 'orders', 'channel', '--dry-run')).stdout).toMatch(
    /^Would fill channel in 0 rows/,
  );
  expect((await tillstream('backfill', 'orders', 'channel')).stdout).toMatch(
    /^Filled channel in 0 rows; looked at [1-9]/,
  );
});

it.each([
  ['an order', `set channel = 'till' where right(order_id::text, 1) = '2'`],
  ['an order that has none', `set channel = 'web' where channel is null`],
])('finds that the field of %s was edited', async (_, edited) => {
  await pool.query('create table public.as_it_was as table warehouse.fact_orders');
  await pool.query(`update warehouse.fact_orders ${edited}`);
  const { checks } = await proof();
  await pool.query('truncate warehouse.fact_orders');
  await pool.query('insert into warehouse.fact_orders table public.as_it_was');
  await pool.query('drop table public.as_it_was');
  const found = checks.filter(({ balanced }) => !balanced).map(({ name }) => name);
  expect(found).toContain('orders: the rows of the warehouse are as they were loaded');
});

it.each([
  ['R-8', 'refunds', 'streams.refunds'],
  ['B-8', 'returns', 'lake'],
])('traces %s', async (id, topic, place) => {
  const places: Place[] = JSON.parse((await tillstream('trace', id, '--json')).stdout);
  expect(places).toContainEqual({ place: 'ledger', facts: expect.objectContaining({ topic }) });
  expect(places.map((each) => each.place)).toContain(place);
});

it('shows the lake of `returns` as a zone for which no job waits', async () => {
  const { job, cells }: LakeLook = JSON.parse((await tillstream('lake', '--zone', 'returns', '--json')).stdout);
  expect(cells.reduce((sum, { rows }) => sum + rows, 0)).toBe(GOOD);
  expect([job, cells.filter(({ waiting }) => waiting > 0)]).toEqual([null, []]);
});

const STANDS = 'refunds: every accepted record stands in streams.refunds';
const AS_WRITTEN = 'refunds: the rows of streams.refunds are as they were written';

it.each([
  ['deleted', 'delete from streams.refunds where refund_id = $1', [STANDS, AS_WRITTEN]],
  [
    'doubled',
    `insert into streams.refunds
     select (jsonb_populate_record(refund, '{"refund_id": "again"}')).* from streams.refunds as refund where refund_id = $1`,
    [STANDS, AS_WRITTEN],
  ],
  ['changed by a cent', 'update streams.refunds set amount = amount + 0.01 where refund_id = $1', [AS_WRITTEN]],
])('finds a row that was %s', async (_, fault, off) => {
  await pool.query('create table public.as_it_was as table streams.refunds');
  await pool.query(fault, ['R-11']);
  const { checks } = await proof();
  await pool.query('truncate streams.refunds');
  await pool.query('insert into streams.refunds table public.as_it_was');
  await pool.query('drop table public.as_it_was');
  const found = checks.filter(({ balanced }) => !balanced);
  expect(found.map(({ name }) => name)).toEqual(off);
  for (const { where } of found) expect(where).toEqual([expect.stringMatching(/^refunds partition \d offset/)]);
});

it('is balanced again when the rows are as they were', async () => {
  expect((await tillstream('proof')).stdout).toMatch(/\nBalanced\.\n$/);
});

const rowsOf = async (query: string): Promise<unknown[]> => (await pool.query(query)).rows;

/** Whether it balances or not. */
async function proof(...args: readonly string[]): Promise<Proof> {
  const { stdout } = await tillstream('proof', '--json', ...args).catch((error: { code?: number; stdout: string }) => {
    if (error.code !== 1) throw error;
    return error;
  });
  return JSON.parse(stdout);
}
