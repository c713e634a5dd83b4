/** The script and its parts against a server that speaks Metabase's API (tests/support/metabase.ts says how much of it). */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repositoryRoot } from '#adapters/repository.ts';
import { type Question, readQuestions } from '#sql/questions.ts';
import { type MetabaseOptions, startMetabase } from '../tests/support/metabase.ts';
import { provision } from './apply.ts';
import { logIn, openMetabase, untilUp } from './client.ts';
import type { PlanOptions } from './plan.ts';
import { type DatabaseDetails, wanted } from './wanted.ts';

const details: DatabaseDetails = {
  host: 'postgres',
  port: 5432,
  dbname: 'tillstream',
  user: 'bi_reader',
  password: 'pw of bi_reader',
  ssl: false,
  'schema-filters-type': 'all',
};
const login = { email: 'a@example.org', password: 'correct horse 1' };
const questions = await readQuestions();

let metabase: Awaited<ReturnType<typeof startMetabase>>;

async function start(options: Partial<MetabaseOptions> = {}): Promise<void> {
  metabase?.stop();
  metabase = await startMetabase({ databasePassword: details.password, ...options });
}

beforeEach(() => start());
afterEach(() => metabase.stop());

async function run(asked: readonly Question[] = questions, options?: PlanOptions, access = details) {
  const anonymous = openMetabase(metabase.url);
  const session = await logIn(anonymous, login);
  metabase.state.requests.length = 0;
  return provision(openMetabase(metabase.url, session), wanted(asked, access), options);
}

const writes = () => metabase.state.requests.filter((request) => !request.startsWith('GET'));

/** Names instead of ids, which depend on the sequence. */
function contents() {
  const { databases, collections, cards, dashboards } = metabase.state;
  const nameOf = (id: unknown) => [...cards, ...collections].find((each) => each.id === id)?.name;
  return {
    databases: databases.map(({ name }) => name),
    collections: collections.map(({ name }) => name),
    cards: cards.map(({ name, collection_id, dataset_query }) => [name, nameOf(collection_id), dataset_query]),
    dashboards: dashboards.map(({ name, collection_id, dashcards }) => ({
      name,
      collection: nameOf(collection_id),
      cells: dashcards.map(({ card_id, row, col, size_x, size_y }) => [nameOf(card_id), row, col, size_x, size_y]),
    })),
  };
}

describe('provision', () => {
  test('makes everything in a new Metabase, and changes nothing in a second run', async () => {
    const done = await run();
    expect(done.slice(0, 3)).toEqual(['create database', 'create collection', 'create card Average order value']);
    expect(done).toHaveLength(1 + 1 + questions.length + 3);
    const { cards, dashboards } = metabase.state;
    expect(cards.find(({ name }) => name === 'Daily revenue')).toMatchObject({
      description:
        'What does each day bring in? From curated.fact_orders: the 30 days up to the newest that has orders.',
      display: 'line',
      visualization_settings: { 'graph.dimensions': ['order_date', 'currency'], 'graph.metrics': ['revenue'] },
      dataset_query: { native: { query: expect.stringMatching(/^-- What does[^;]+order by order_date, currency$/) } },
    });
    expect(contents().dashboards.map(({ name, collection, cells }) => [name, collection, cells.length])).toEqual([
      ['Sales', 'Tillstream', 9],
      ['Events', 'Tillstream', 2],
      ['Operations', 'Tillstream', 7],
    ]);
    expect(contents().dashboards[1]?.cells).toEqual([
      ['Daily product clicks', 0, 0, 12, 7],
      ['Daily orders', 0, 12, 12, 7],
    ]);
    expect(dashboards.flatMap(({ dashcards }) => dashcards)).toHaveLength(questions.length);

    const before = contents();
    expect(await run()).toEqual([]);
    expect(writes()).toEqual([]);
    expect(contents()).toEqual(before);
  });

  test.each([4, 5] as const)('updates a question whose SQL has changed, and only it, with MBQL %d', async (mbql) => {
    await start({ mbql });
    await run();
    const changed = questions.map((each) =>
      each.name === 'daily_orders' ? { ...each, sql: each.sql.replaceAll('29', '6') } : each,
    );
    expect(await run(changed)).toEqual(['update card Daily orders']);
    expect(writes()).toHaveLength(1);
    expect(await run(changed)).toEqual([]);
    const card = metabase.state.cards.find(({ name }) => name === 'Daily orders');
    expect(card).toMatchObject({ dataset_query: { native: { query: expect.stringContaining('day - 6') } } });
  });

  test('keeps what somebody added to a question, and undoes what they changed', async () => {
    await run();
    const card = metabase.state.cards.find(({ name }) => name === 'Low stock');
    Object.assign(card ?? {}, { visualization_settings: { 'table.columns': ['name'] } });
    expect(await run()).toEqual([]);
    Object.assign(card ?? {}, { display: 'pie' });
    expect(await run()).toEqual(['update card Low stock']);
    expect(card).toMatchObject({ display: 'table', visualization_settings: { 'table.columns': ['name'] } });
  });

  test('restores the layout of its dashboards, and leaves other dashboards alone', async () => {
    await run();
    const [sales] = metabase.state.dashboards;
    const before = contents();
    Object.assign(sales?.dashcards[0] ?? {}, { col: 3 });
    expect(await run()).toEqual(['update dashboard Sales']);
    sales?.dashcards.pop();
    expect(await run()).toEqual(['update dashboard Sales']);
    for (const cell of sales?.dashcards ?? []) cell.dashboard_tab_id = 5;
    expect(await run()).toEqual(['update dashboard Sales']);
    expect(contents()).toEqual(before);

    metabase.state.dashboards.push({ id: 999, name: 'Mine', collection_id: sales?.collection_id, dashcards: [] });
    metabase.state.dashboards.push({ id: 1_000, name: 'Sales', collection_id: null, dashcards: [] });
    expect(await run()).toEqual([]);
  });

  test('makes again what is in the trash', async () => {
    await run();
    const card = metabase.state.cards.find(({ name }) => name === 'Low stock');
    Object.assign(card ?? {}, { archived: true });
    expect(await run()).toEqual(['create card Low stock', 'update dashboard Operations']);
    expect(await run()).toEqual([]);
  });

  test('finishes a run that was interrupted anywhere, and makes nothing twice', async () => {
    await run();
    const whole = contents();
    const all = writes().length;
    expect(all).toBe(1 + 1 + questions.length + 3 * 2);
    for (const taken of [0, 1, 2, 10, ...Array.from({ length: 7 }, (_, index) => all - 7 + index)]) {
      await start();
      metabase.state.writesLeft = taken;
      await expect(run()).rejects.toThrow(/with 500: Out of memory, say/);
      metabase.state.writesLeft = Number.POSITIVE_INFINITY;
      await run();
      expect(contents()).toEqual(whole);
    }
  });

  test('sends the password again only when told that it changed, and other settings when they differ', async () => {
    await start({ tls: true });
    await run();
    expect(await run(), 'TLS that Metabase found by itself').toEqual([]);
    expect(await run(questions, { passwordChanged: true })).toEqual(['update database']);
    expect(await run(questions, {}, { ...details, host: 'db.example.org' })).toEqual(['update database']);
    expect(await run(questions, {}, { ...details, host: 'db.example.org', ssl: true })).toEqual(['update database']);
    expect(await run(questions, {}, { ...details, host: 'db.example.org', ssl: true })).toEqual([]);
    expect(JSON.stringify(metabase.state.databases[1])).toContain(details.password);
  });

  test('an unexpected answer is shown in the error', async () => {
    await expect(run(questions, {}, { ...details, password: 'wrong' })).rejects.toThrow(
      'Metabase answered POST /api/database with 400: {"message":"Looks like the username or password is incorrect."',
    );
    await expect(logIn(openMetabase(metabase.url), { ...login, password: 'wrong' })).rejects.toThrow(
      'POST /api/session with 401: {"errors":{"password":"did not match stored password"}}',
    );
    metabase.state.cards.push({ id: 1, name: 'Odd', database_id: 11, archived: false, dataset_query: { native: {} } });
    await expect(run()).resolves.toContain('create collection');
    await expect(run()).rejects.toThrow(/GET \/api\/card\?f=database&model_id=11 with another shape than expected/);
    metabase.stop();
    await expect(untilUp(openMetabase(metabase.url), 200)).rejects.toThrow(
      'Timed out after 0.2 s waiting for Metabase',
    );
  });
});

test('a question must have a look and a dashboard', () => {
  expect(() => wanted([...questions, { ...(questions[0] as Question), name: 'new' }], details)).toThrow(
    'new must be a file in sql/analytics, and among the looks and the dashboards of metabase/wanted.ts',
  );
  const [first, ...others] = questions as [Question, ...Question[]];
  expect(() => wanted([{ ...first, columns: [] }, ...others], details)).toThrow(
    'metabase/wanted.ts shows order_date, currency, average_order_value of average_order_value',
  );
});

test('no question has text that Metabase would take for its own syntax', () => {
  for (const { name, sql } of questions) expect(sql, name).not.toMatch(/\{\{|\}\}|\[\[|\]\]/);
});

describe('the script', () => {
  const env = {
    METABASE_EMAIL: login.email,
    METABASE_PASSWORD: login.password,
    DATABASE_HOST: details.host,
    DATABASE_PORT: String(details.port),
    DATABASE_NAME: details.dbname,
    DATABASE_TLS: 'off',
    BI_READER_PASSWORD: details.password,
  };
  const script = async (...args: readonly string[]) =>
    promisify(execFile)(process.execPath, [join(import.meta.dirname, 'provision.ts'), ...args], {
      env: { ...env, METABASE_URL: metabase.url },
    }).catch((error: { stdout: string; stderr: string }) => error);

  test('sets up a new Metabase with its first user, and then logs in as that user', async () => {
    expect((await script()).stdout).toContain('create dashboard Operations');
    expect(metabase.state.user).toMatchObject(login);
    expect((await script()).stdout).toBe('Metabase has it all; nothing was changed.\n');
    expect((await script('--new-password')).stdout).toBe('update database\n');
  });

  test('has no password of its own', async () => {
    const { METABASE_PASSWORD: _, ...without } = env;
    // As in README, with the Node of the machine, which may not read TypeScript.
    const running = promisify(execFile)('npm', ['run', 'metabase'], {
      cwd: repositoryRoot,
      env: { ...without, PATH: process.env.PATH, METABASE_URL: metabase.url },
    });
    await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('METABASE_PASSWORD') });
    expect(metabase.state.requests).toEqual([]);
  });
});
