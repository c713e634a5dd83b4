/** `npm start -- --no-simulator` as users see it: foreign events arrive exactly, commands answer, Ctrl-C stops it. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AirflowClient, airflowClient } from '#adapters/airflow.ts';
import { connectKafka } from '#adapters/kafka/index.ts';
import { openPool, type Pool } from '#adapters/postgres/index.ts';
import { inRepository, installFolder, repositoryRoot } from '#adapters/repository.ts';
import { dagNames } from '#cdk/dags.ts';
import type { Answer } from '#console/api.ts';
import { routes } from '#console/server/routes.ts';
import { installKafka } from '#localstack/install/kafka.ts';
import { isFree } from '#localstack/processes/ports.ts';
import { familyOf, listProcesses } from '#localstack/processes/processes.ts';
import { until } from '#localstack/processes/until.ts';
import { unprivilegedUser } from '#localstack/services/postgres-user.ts';
import type { StackStatus } from '#localstack/stack/status.ts';
import { simulate } from '#simulator/simulator.ts';
import { type Home, launch, leftovers, newHome, type Running, tillstream } from '../support/command.ts';
import { isLoopback, listenersOf } from '../support/listening.ts';
import { besideTheStack, WITHOUT_SIMULATOR } from '../support/readme.ts';
import { pageTests } from './page/page.ts';
import { tutorialTests } from './tutorial.ts';

const ORDERS = 500;
let home: Home;
let running: Running;
let status: StackStatus;
let pool: Pool;
let airflow: AirflowClient;

const order = (index: number) => ({
  order_id: `${String(index).padStart(8, '0')}-1111-4111-8111-111111111111`,
  user_id: `22222222-2222-4222-8222-${String(index % 9).padStart(12, '0')}`,
  amount: (index * 7) / 100,
  currency: 'EUR',
  category: index % 2 ? 'books' : 'toys & games',
  country: 'DE',
  created_at: `2026-01-02T03:04:05.${String(index).padStart(6, '0')}+01:00`,
});

/** Would give the terminal another title. */
const NOT_JSON = 'not \x1b]0;json\x07';

/** The id of an order without any other field. */
const UNUSABLE = 'ABCDEFAB-1111-4111-8111-111111111111';

/** The page as a browser asks it that was led there by the link. */
function pageOf(link: string) {
  const [url = '', key = ''] = link.split('/#key=');
  const ask = (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...init.headers };
    return fetch(url + path, { ...init, headers });
  };
  return {
    ...{ url, ask },
    text: async (path: string) => (await ask(path)).text(),
    data: async (path: string) => ((await (await ask(path)).json()) as Answer<unknown>).data,
  };
}

beforeAll(async () => {
  home = await newHome();
  running = launch(home, 'start.mjs', ...WITHOUT_SIMULATOR);
  await until(() => running.output.stdout.includes('Tillstream is running'), {
    what: 'the banner is shown',
    within: 280_000,
  }).catch((cause) => {
    throw new Error(running.output.stdout + running.output.stderr, { cause });
  });
  status = JSON.parse((await tillstream(home, 'status', '--json')).stdout);
  pool = openPool({ connectionString: status.postgres.url, max: 1 });
  if (!status.airflow) throw new Error('Airflow is not in the status');
  airflow = airflowClient(status.airflow);
});

afterAll(async () => {
  running.process.kill('SIGINT');
  await running.exit;
  home.remove();
});

/** Sends with a foreign client and a compression that kafkajs doesn't support by itself. */
async function sendByJava(lines: readonly string[]): Promise<void> {
  const file = join(home.folder, 'events.jsonl');
  writeFileSync(file, lines.join('\n'));
  const { classPath } = await installKafka({ installFolder, report: () => {} });
  const program = inRepository('tests/fixtures/kafka/Shop.java');
  await promisify(execFile)('java', ['-cp', classPath, program, status.kafka.bootstrapServers, 'orders', file]);
}

describe('npm start -- --no-simulator', () => {
  it('begins with an empty shop', async () => {
    const { rows } = await pool.query(
      'select (select count(*) from shop.products) + (select count(*) from shop.customers) as there',
    );
    expect(rows).toEqual([{ there: 0 }]);
  });

  it('takes products from a file, and sales of them that came before', async () => {
    const connection = await connectKafka({ ...status.kafka, clientId: 'live-test' });
    const producer = await connection.producer();
    const sale = { event_id: 'own-1', order_id: 'own-1', store_id: 's1', product_id: 'own', quantity: 2 };
    const value = JSON.stringify({ ...sale, timestamp: '2026-01-02T03:04:05Z' });
    await producer.send('store_sales', [{ key: 'own', value }]);
    await producer.close();
    await connection.close();
    const rejected = async () =>
      (await pool.query("select from ledger.dead_letters where reason = 'unknown_product'")).rowCount;
    await until(async () => (await rejected()) === 1, { what: 'its product is unknown', within: 120_000, every: 500 });

    const file = join(home.folder, 'products.csv');
    writeFileSync(file, 'product_id;name;category;price\nown;Lamp;home;19,99\n');
    expect(await tillstream(home, 'import', 'products', file)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`${file}:2: price: expected`),
    });
    writeFileSync(file, 'product_id;name;category;price\nown;Lamp;home;19.99\n');
    const imported = await tillstream(home, 'import', 'products', file);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(imported.stdout).toContain('1 products: 1 good. 1 took effect.');
    expect(imported.stdout).toContain('Of dead letters, 1 can come back');
    expect(await tillstream(home, 'redrive', '--reason', 'unknown_product')).toMatchObject({ code: 0 });
    const onHand = async () => (await pool.query('select quantity_on_hand as n from inventory.inventory')).rows[0]?.n;
    await until(async () => (await onHand()) === -2, { what: 'it is sold', within: 200_000, every: 500 });

    writeFileSync(
      file,
      'customer_id,name,email,country,segment,signed_up_at\n0d9f3c52-8f0a-4f4e-8f57-6f2a6a1f7a10,Ada,a@example.com,DE,new,2026-01-02T03:04:05Z\n',
    );
    expect(await tillstream(home, 'import', 'customers', file, '--dry-run')).toMatchObject({ code: 0 });
    expect((await tillstream(home, 'proof')).code).toBe(0);
  });

  it('brings a foreign producer’s records into fact_orders exactly', async () => {
    const good = Array.from({ length: ORDERS }, (_, index) => order(index));
    const bad = [NOT_JSON, JSON.stringify({ order_id: UNUSABLE })];
    await sendByJava([...good.map((event) => JSON.stringify(event)), ...bad]);
    await until(async () => (await pool.query('select from warehouse.fact_orders')).rowCount === ORDERS, {
      what: `all ${ORDERS} orders are in fact_orders`,
      within: 300_000,
      every: 500,
    });
    const { rows } = await pool.query(
      `select order_id, user_id, amount, currency, category, country,
         to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') as created_at
       from warehouse.fact_orders order by order_id`,
    );
    expect(rows).toEqual(
      good.map((event) => ({
        ...event,
        amount: event.amount.toFixed(2),
        created_at: event.created_at.replace('T03', 'T02').replace('+01:00', ''),
      })),
    );
  });

  it('proves it with exit code 0; if a cent is changed, with 1 and the place', async () => {
    // The relay is called when the bad records are archived; it may take longer than loading the good ones.
    await until(async () => (await pool.query('select from ledger.waiting')).rowCount === 0, {
      what: 'the outbox is empty',
      within: 200_000,
      every: 500,
    });
    const proof = await tillstream(home, 'proof', '--json', '--settled');
    expect(proof).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(proof.stdout).streams.orders).toMatchObject({
      consumed: ORDERS + 2,
      loaded: ORDERS,
      rejected: 2,
    });

    const { order_id } = order(7);
    await pool.query('update warehouse.fact_orders set amount = amount + 0.01 where order_id = $1', [order_id]);
    const broken = await tillstream(home, 'proof');
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(
      /orders partition \d offset \d+: amount is another in the lake than in the warehouse/,
    );
    await pool.query('update warehouse.fact_orders set amount = amount - 0.01 where order_id = $1', [order_id]);
    expect((await tillstream(home, 'proof')).code).toBe(0);
  });

  it('traces an order, even if it was rejected or does not exist', async () => {
    const placesOf = async (id: string) => {
      const { stdout } = await tillstream(home, 'trace', id, '--json');
      return JSON.parse(stdout).map(({ place }: { place: string }) => place);
    };
    // As soon as Spark has run, it is in curated too.
    const places = (await placesOf(order(3).order_id)).filter((place: string) => place !== 'curated');
    expect(places).toEqual(['Kafka', 'ledger', 'lake', 'load', 'warehouse']);
    expect(await placesOf(UNUSABLE.toLowerCase())).toEqual(['Kafka', 'dead letters']);
    expect((await tillstream(home, 'trace', '99999999-9999-4999-8999-999999999999')).code).toBe(1);
    expect(await tillstream(home, 'trace')).toMatchObject({ code: 2, stderr: expect.stringContaining('one id') });
  });

  it('lists dead letters and shows each in full', async () => {
    const list = await tillstream(home, 'dead-letters', '--reason', 'not_json', '--json');
    const [letter, ...more] = JSON.parse(list.stdout);
    expect(more).toEqual([]);
    expect(letter).toMatchObject({ topic: 'orders', reason: 'not_json', value: NOT_JSON, key: null });
    const shown = await tillstream(home, 'dead-letters', 'show', String(letter.id));
    expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('\n\nnot \\u001b]0;json\\u0007') });
  });

  it('lists losses, and acknowledges each once', async () => {
    expect(await tillstream(home, 'losses')).toMatchObject({ code: 0, stdout: 'No losses.\n' });
    // The consumer doesn't exist, so that the proof of the others is unaffected.
    await pool.query(`insert into ledger.losses (consumer, topic, partition, first_offset, last_offset)
      values ('nobody', 'orders', 0, 10, 19)`);
    const decision = ['acknowledge', '1', '--by', 'ada', '--reason', 'sent again'];
    const loss = 'loss 1: orders partition 0 offsets 10-19.\n';
    expect(await tillstream(home, 'losses', ...decision, '--dry-run')).toMatchObject({
      code: 0,
      stdout: `Would acknowledge ${loss}`,
    });
    expect(await tillstream(home, 'losses', ...decision)).toMatchObject({ code: 0, stdout: `Acknowledged ${loss}` });
    expect(await tillstream(home, 'losses', ...decision)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^Loss 1 was acknowledged before: \S+ by ada: sent again$/m),
    });
    const listed = JSON.parse((await tillstream(home, 'losses', '--json')).stdout);
    expect(listed).toMatchObject([{ id: 1, consumer: 'nobody', records: 10, acknowledged_by: 'ada' }]);
    expect((await tillstream(home, 'losses', 'acknowledge', '1', '--reason', ' ')).code).toBe(2);
    expect((await tillstream(home, 'losses', 'acknowledge', '9', '--reason', 'x')).code).toBe(1);
  });

  it('publishes its progress to the Airflow Variable', async () => {
    const progress = await until(
      async () => {
        const published = JSON.parse((await airflow.variable('orders_minio_to_postgres_processed_files')) ?? 'null');
        return published?.rows >= ORDERS && published;
      },
      // An earlier run may have published that nothing is loaded; the run that loads publishes after its load.
      { what: 'the Variable has the load', within: 200_000, every: 500 },
    );
    expect(progress).toMatchObject({ rows: ORDERS, last_key: expect.stringMatching(/^raw\/orders\//) });
  });

  // A run that is triggered beside a scheduled one takes the DAG's next run away, if only now and then.
  it('triggers no DAG and leaves each a next run, after the first rows are in', async () => {
    const seen = new Set<string>();
    const named = async () => {
      // A DAG has none while its run is active.
      for (const { dag_id, next_dagrun_run_after } of await airflow.dags()) if (next_dagrun_run_after) seen.add(dag_id);
      return dagNames().every((dag) => seen.has(dag));
    };
    await until(named, { what: 'every DAG has a next run', within: 600_000, every: 500 });
    const runs = await Promise.all(dagNames().map((dag) => airflow.runs(dag, 100)));
    expect(runs.flat().filter(({ run_type }) => run_type !== 'scheduled')).toEqual([]);
    expect(runs.filter(({ length }) => length > 0).length).toBeGreaterThan(0);
  });

  it('listens on this machine only, with whichever of its processes', () => {
    const processes = listProcesses();
    const family = processes
      .filter(({ pid }) => pid === running.process.pid)
      .flatMap((launcher) => familyOf(launcher, processes));
    const listening = listenersOf(family.map(({ pid }) => pid));
    expect(listening.map(({ port }) => port)).toEqual(expect.arrayContaining([...home.ports]));
    expect(listening.filter((listener) => !isLoopback(listener))).toEqual([]);
  });

  it('serves its page to who has the link of the banner, and to nobody else', async () => {
    const { stdout } = await tillstream(home, 'console', '--print');
    const link = stdout.trim();
    expect(running.output.stdout).toContain(`  Console        ${link}\n`);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#key=[\w-]{43}$/);
    const page = pageOf(link);
    expect(await page.text('/')).toContain('<script type="module"');
    expect(await page.data('/api/session')).toMatchObject({ environment: 'local', may: ['look', 'read', 'act'] });
    const proofs = (await page.data('/api/proofs?limit=1')) as { readonly rows: readonly object[] };
    expect(proofs.rows).toEqual([expect.objectContaining({ balanced: expect.any(Boolean) })]);
    for (const headers of [{}, { authorization: 'Bearer of-another-run' }])
      expect((await fetch(`${page.url}/api/session`, { headers })).status).toBe(401);
  });

  it('serves another page for others, on which nothing can be changed, until Ctrl-C', async () => {
    const second = launch(home, 'cli/tillstream.mjs', 'console', '--read-only', '--print');
    const printed = () => /^http:\S+/m.exec(second.output.stdout)?.[0];
    const link = await until(printed, { what: 'its link is printed', within: 120_000 });
    const page = pageOf(link);
    expect(await page.data('/api/session')).toMatchObject({ may: ['look', 'read'] });
    for (const { path } of routes.filter(({ right }) => right === 'act'))
      expect((await page.ask(path, { method: 'POST', body: '{}' })).status, path).toBe(404);
    const ofTheFirst = { authorization: `Bearer ${status.console?.key}` };
    expect((await page.ask('/api/session', { headers: ofTheFirst })).status).toBe(401);
    second.process.kill('SIGINT');
    expect(await second.exit, second.output.stderr).toBe(0);
  });

  it('lets no other user read what it writes, not even PostgreSQL’s, who has a way through the run folder', () => {
    const user = unprivilegedUser();
    const { mode, gid } = statSync(status.runFolder);
    expect([mode & 0o777, gid]).toEqual(user ? [0o710, user.gid] : [0o700, process.getgid?.()]);
    if (!user) return;
    const entries = readdirSync(status.runFolder).map((name) => join(status.runFolder, name));
    expect(entries.length).toBeGreaterThan(8);
    const { stdout } = spawnSync('find', [...entries, '-readable'], { ...user, encoding: 'utf8', maxBuffer: 64 << 20 });
    const postgres = join(status.runFolder, 'postgres');
    expect(stdout.split('\n').filter((path) => path !== '' && !path.startsWith(postgres))).toEqual([]);
    expect(stdout).toContain(join(postgres, 'data'));
  });

  it('has an Airflow that does nothing for who is not logged in', async () => {
    const { url } = status.airflow ?? { url: '' };
    const headers = { origin: 'https://evil.example', 'content-type': 'text/plain' };
    const runs = `${url}/api/v2/dags/${dagNames()[0]}/dagRuns`;
    const answer = await fetch(runs, { method: 'POST', headers, body: '{"logical_date":null}' });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([401, null]);
    expect((await fetch(`${url}/auth/token`)).ok).toBe(false);
  });

  it('produces on request, and names wrong options that it refuses', async () => {
    const produced = await tillstream(home, 'produce', '--count', '100', '--seed', '3', '--json');
    expect(JSON.parse(produced.stdout)).toMatchObject({ orders: { accepted: 100 } });
    expect(await tillstream(home, 'produce', '--count', 'many')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--count'),
    });
    expect(await tillstream(home, 'nonsense')).toMatchObject({ code: 2, stderr: expect.stringContaining('nonsense') });
  });

  it('traces a user event into bronze', async () => {
    const messages = simulate({ topics: ['user_events'], seed: 5, count: 1 });
    const { event_id } = JSON.parse(String(messages.next().value?.value));
    await tillstream(home, 'produce', '--topics', 'user_events', '--count', '1', '--seed', '5');
    const places = await until(
      async () => {
        const found = await tillstream(home, 'trace', event_id, '--json');
        return found.code === 0 && (JSON.parse(found.stdout) as { place: string; facts: object }[]);
      },
      { what: 'the event is in bronze', within: 200_000, every: 500 },
    );
    expect(places.map(({ place }) => place)).toEqual(['Kafka', 'ledger', 'bronze']);
    expect(places.at(-1)?.facts).toMatchObject({
      event_id,
      object_key: expect.stringMatching(/^bronze\/user_events\/dt=/),
    });
  });

  it('seeds a history of orders, once', async () => {
    const seed = async (...args: string[]) => JSON.parse((await tillstream(home, 'seed', '--json', ...args)).stdout);
    expect(await seed('--orders', '2000')).toMatchObject({ seed: 1, added: 2_000, total: 2_000 });
    expect(await seed('--orders', '2000')).toMatchObject({ added: 0, total: 2_000 });
    expect((await tillstream(home, 'proof')).code).toBe(0);
  });

  it.each(Object.entries(besideTheStack))('answers to the command of the guides `%s`', async (line, code) => {
    // A letter that was not sent back before, and an order.
    const { rows } = await pool.query(
      `select dead_letter_id as id from ledger.dead_letters left join ledger.redrives using (dead_letter_id)
       where redrive_id is null order by 1 desc limit 1`,
    );
    const id = line.includes('trace') ? order(3).order_id : String(rows[0]?.id);
    const corrected = join(home.folder, 'corrected.json');
    writeFileSync(corrected, JSON.stringify(order(ORDERS)));
    const given = line.replace(/\bID$/, id).replace(/\bFILE\b/, corrected);
    const run = promisify(execFile)('sh', ['-c', given], { cwd: repositoryRoot, env: home.env });
    const answer = await run.then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      (failed: { code: number; stdout: string; stderr: string }) => failed,
    );
    expect(answer).toMatchObject({ code });
  });

  describe('its page', () =>
    pageTests(() => {
      const [link = ''] = /http:\S+#key=\S+/.exec(running.output.stdout) ?? [];
      return { home, status, pool, link };
    }));

  describe('docs/your-own-shop.md', () => tutorialTests(() => home.env));

  it('can be broken by the faults that strike a deployment, and loses nothing', async () => {
    const archived = async () =>
      Number(
        (await pool.query("select sum(next_offset) as records from ledger.partitions where topic = 'orders'")).rows[0]
          .records,
      );
    const before = await archived();
    // More than it sends before it is stopped.
    const many = ['--rate', '20', '--count', '100000', '--seed', '4'];
    const producer = launch(home, 'cli/tillstream.mjs', 'produce', '--topics', 'orders', ...many);
    try {
      await until(async () => (await archived()) > before, { what: 'orders flow', within: 120_000 });
      const asked = ['--deployed', 'local', '--minutes', '0.02', '--kinds', 'several-relays', '--seed', '1'];
      const { stdout } = await promisify(execFile)(process.execPath, [inRepository('tests/faults/main.ts'), ...asked], {
        env: home.env,
      });
      expect(stdout).toMatch(/[1-9]\d* records, none lost, none doubled. Struck: several-relays [1-9]\d*$/m);
    } finally {
      producer.process.kill('SIGINT');
      await producer.exit;
    }
  });

  it('does not start twice in one home', async () => {
    const { exit, output } = launch(home, 'start.mjs', '--once');
    expect(await exit).toBe(2);
    expect(output.stderr).toContain('already running');
    expect(output.stderr).not.toContain('Stopped.');
  });

  it('stops on Ctrl-C, though a page follows it, and leaves no process and no port', async () => {
    await pool.end();
    const live = await pageOf((await tillstream(home, 'console', '--print')).stdout.trim()).ask('/api/live');
    expect(live.status).toBe(200);
    running.process.kill('SIGINT');
    expect(await running.exit).toBe(0);
    await live.text().catch(() => {}); // It has ended.
    expect(leftovers(home)).toEqual([]);
    expect(await Promise.all(home.ports.map(isFree))).toEqual(home.ports.map(() => true));
  });

  it('names a port that is in use, and says what to do', async () => {
    const holder = createServer().listen(home.ports[2], '127.0.0.1');
    await once(holder, 'listening');
    const { exit, output } = launch(home, 'start.mjs', '--once');
    expect(await exit).toBe(2);
    expect(output.stderr).toContain(`Port ${home.ports[2]}, wanted for PostgreSQL, is taken`);
    expect(output.stderr).toContain('--postgres-port');
    holder.close();
  });
});
