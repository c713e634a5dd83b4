/** The proofs and the losses as the page asks for them, of a real database, by its own role. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { inTransaction, type Pool } from '#adapters/postgres/index.ts';
import { functionsOf } from '#cli/invoke.ts';
import type { AskedProof, Losses, Proofs, Proving } from '#console/api.ts';
import { consoleApp } from '#console/server/app.ts';
import { openLive } from '#console/server/live.ts';
import { byKey } from '#console/server/login.ts';
import { routes } from '#console/server/routes.ts';
import { recordLoss, registerPartition } from '#delivery/ledger.ts';
import { acknowledge } from '#functions/acknowledge-losses/acknowledge.ts';
import { readRequest } from '#functions/acknowledge-losses/request.ts';
import { noteProof } from '#functions/prove/note.ts';
import { check, summarize } from '#functions/prove/proof.ts';
import type { ProofOptions } from '#functions/prove/request.ts';
import { freePorts } from '#localstack/processes/ports.ts';
import { until } from '#localstack/processes/until.ts';
import type { Backbone } from '#operations/backbone.ts';
import type { AcknowledgeResult } from '#operations/losses.ts';
import type { PulseFeed } from '#operations/open-pulse.ts';
import { readVerdict } from '#operations/proofs.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const ORIGIN = 'http://127.0.0.1:8004';
const KEY = 'a-key-of-this-test';

let pool: Pool;
let prover: Pool;
let look: Pool;
let decider: Pool;
let ask: <Data>(path: string, body?: object) => Promise<{ status: number; data: Data; error?: { code: string } }>;

beforeEach(async () => {
  pool = await freshDatabase();
  [prover, look, decider] = await Promise.all([
    poolAs('prove', pool),
    poolAs('console', pool),
    poolAs('acknowledge_losses', pool),
  ]);
  const [port = 0] = await freePorts(1);
  const lambda = { region: 'eu-central-1', accessKeyId: 'a', secretAccessKey: 'b', functionPrefix: 'tillstream-local' };
  const gone = functionsOf({ lambda: { ...lambda, endpoint: `http://127.0.0.1:${port}` } });
  // acknowledge-losses as it is deployed, but for the way to it; any other function is at an address where nobody listens.
  const invoke = async (name: string, payload: object) =>
    name === 'acknowledge-losses' ? acknowledge(decider, readRequest(payload)) : gone(name, payload);
  const app = consoleApp({
    backbone: { pool: look, invoke } as unknown as Backbone,
    pulse: {} as PulseFeed,
    live: openLive(() => () => {}),
    login: byKey(KEY, {
      ...{ environment: 'local', version: 'test', startedAt: null, by: 'ada', may: ['look', 'act'], links: {} },
    }),
    assets: () => Promise.reject(new Error('no page here')),
    ...{ routes, origins: [ORIGIN] },
  });
  ask = async (path, body) => {
    const headers = { host: '127.0.0.1:8004', authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
    const method = body ? 'POST' : 'GET';
    const response = await app(
      new Request(`${ORIGIN}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) }),
    );
    return { status: response.status, ...((await response.json()) as object) } as Awaited<
      ReturnType<typeof ask<never>>
    >;
  };
});
afterEach(() => Promise.all([prover, look, decider, pool].map((each) => each.end())));

const streams = { orders: { consumed: 3, accepted: 2, duplicates: 0, rejected: 1, lag: 4 } };

/** An x at the end is off. @returns what proof --json prints of it */
async function note(text: string) {
  const [depth = 'objects', ...more] = text.split(' ');
  const name = more.includes('dags') ? 'Airflow: b' : 'orders: b';
  const b = more.includes('x') ? check(name, 2, 1, ['orders partition 0 offset 1: lost']) : check(name, 2, 2);
  const proof = summarize([check('orders: a', 1, 1), b], streams, { all: more.includes('all'), read: `read ${text}` });
  const options = { depth, settled: false, ...(more.includes('dags') && { beside: [] }) } as ProofOptions;
  await noteProof(prover, proof, options, 1_500, Date.now() + 60_000);
  return proof;
}

it('shows a proof as it was printed, and says of an older one only what was off', async () => {
  expect(await ask('/api/proof/latest')).toMatchObject({ status: 404, error: { code: 'no_such_proof' } });
  expect(await readVerdict({ pool: look })).toEqual({ balanced: null, provedAt: null, off: [] });
  const printed = [await note('objects'), await note('rows all x')];
  const { data } = await ask<AskedProof>('/api/proof/latest');
  expect(data.printed).toEqual(printed[1]);
  expect(data.proof).toMatchObject({
    id: 2,
    depth: 'rows',
    all: true,
    dags: false,
    balanced: false,
    checks: 2,
    streams,
  });
  expect((await ask<AskedProof>('/api/proof/1')).data.printed).toEqual(printed[0]);
  await pool.query('delete from ledger.proof_checks where proof_id = 2');
  const old = (await ask<AskedProof>('/api/proof/2')).data;
  expect([old.printed, old.proof.every, old.proof.off.map(({ name }) => name)]).toEqual([null, null, ['orders: b']]);
  expect((await ask('/api/proof/3')).status).toBe(404);
  expect((await ask('/api/proof/x')).status).toBe(400);
});

it('what is off stands until a proof that looks as far balances, however many came between and whichever are asked for', async () => {
  const standing = async () => (await readVerdict({ pool: look })).off.map(({ id }) => id);
  await note('objects');
  await note('rows all x');
  for (let n = 0; n < 3; n += 1) await note('objects dags');
  expect(await standing()).toEqual([2]);
  const page = (await ask<Proofs>('/api/proofs?limit=2')).data;
  expect([page.rows.map(({ id }) => id), page.before.map(({ id }) => id), page.next]).toEqual([[5, 4], [2], '4']);
  const older = (await ask<Proofs>('/api/proofs?limit=4&before=4')).data;
  expect([older.rows.map(({ id }) => id), older.before, older.next]).toEqual([[3, 2, 1], [], null]);
  await note('objects dags x');
  await note('objects');
  expect(await standing()).toEqual([6, 2]);
  await note('rows all');
  expect(await standing()).toEqual([6]);
  await note('kafka all dags');
  expect(await readVerdict({ pool: look })).toMatchObject({ balanced: true, off: [] });
});

it('keeps all checks of a thousand proofs', async () => {
  for (let n = 0; n < 7; n += 1) await note('books');
  await pool.query('alter table ledger.proofs alter column proof_id restart with 1005');
  await note('books');
  const { rows } = await pool.query('select proof_id as id from ledger.proof_checks order by id');
  expect(rows.map(({ id }) => id)).toEqual([6, 7, 1005]);
});

it('says why a proof could not be made, to whoever asks', async () => {
  const begun = await ask<Proving>('/api/prove', { depth: 'rows' });
  expect(begun).toMatchObject({ status: 200, data: { underway: { depth: 'rows', all: false }, failed: null } });
  const ended = await until(
    async () => {
      const { data } = await ask<Proving>('/api/proving');
      return data.underway ? undefined : data;
    },
    { what: 'it has failed', within: 120_000, every: 100 },
  );
  expect(ended.failed?.message).toMatch(/ECONNREFUSED/);
  expect((await ask('/api/prove', { depth: 'deep' })).status).toBe(400);
});

it('lists losses, plans to accept them, and accepts each once, with who and why', async () => {
  const consumer = 'archive-orders';
  const consumerPool = await poolAs('archive_orders', pool);
  for (const partition of [0, 1])
    await inTransaction(consumerPool, async (transaction) => {
      const reader = { consumer, topic: 'orders', partition };
      await registerPartition(transaction, reader, 0);
      await recordLoss(transaction, reader, { firstOffset: 0, lastOffset: 9 });
    });
  await consumerPool.end();
  const decide = (ids: number[], dryRun: boolean) =>
    ask<AcknowledgeResult>('/api/losses/acknowledge', { ids, by: 'ada', reason: 'sent again', dryRun });
  expect((await decide([1, 7], true)).data).toMatchObject({
    acknowledged: [{ loss_id: 1 }],
    unknown: [7],
    dry_run: true,
  });
  expect((await ask<Losses>('/api/losses')).data.rows.map(({ acknowledged_at }) => acknowledged_at)).toEqual([
    null,
    null,
  ]);
  expect((await decide([2], false)).data).toMatchObject({ acknowledged: [{ loss_id: 2 }], dry_run: false });
  expect((await decide([2], false)).data).toMatchObject({ acknowledged: [], already: [{ acknowledged_by: 'ada' }] });
  const { rows, counts } = (await ask<Losses>('/api/losses')).data;
  // The older one waits for somebody, so it comes first, however short the list is.
  expect(rows.map(({ id, records }) => [id, records])).toEqual([
    [1, 10],
    [2, 10],
  ]);
  expect(counts).toEqual({ losses: 2, open: 1, openRecords: 10 });
  expect((await ask<Losses>('/api/losses?limit=1')).data).toEqual({ rows: [rows[0]], counts });
  expect(rows[1]).toMatchObject({
    acknowledged_by: 'ada',
    reason: 'sent again',
    acknowledged_at: expect.stringMatching(/Z$/),
  });
  expect((await ask('/api/losses/acknowledge', { ids: [1], by: 'ada', reason: ' ' })).status).toBe(400);
});
