/** ledger.proofs: each proof is noted as it was, bounded in size, and forgotten after 90 days. */
import { beforeAll, expect, it } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { noteProof } from '#functions/prove/note.ts';
import { check, summarize } from '#functions/prove/proof.ts';
import { asPrinted, wholeProof } from '#operations/proofs.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

let pool: Pool;
let prover: Pool;

beforeAll(async () => {
  pool = await freshDatabase();
  prover = await poolAs('prove', pool);
  return () => Promise.all([prover.end(), pool.end()]);
});

const streams = { orders: { consumed: 3, accepted: 2, duplicates: 0, rejected: 1, lag: 4 } };
const deadline = () => Date.now() + 60_000;

it('has what the proof said, when it began and how long it took', async () => {
  const balanced = summarize([check('a', 1, 1)], streams, { all: false });
  await noteProof(prover, balanced, { depth: 'objects', settled: false }, 1_500, deadline());
  const off = summarize(
    [check('a', 1, 1), check('b', 2, '1', ['orders partition 0 offset 1: lost', 'customer 4f2a'])],
    streams,
    {
      all: true,
    },
  );
  await noteProof(prover, off, { depth: 'kafka', settled: true, curated: true }, 250.5, deadline());
  const { rows } = await pool.query(
    `select extract(epoch from took)::float8 as took, proved_at + took between now() - interval '1 minute' and now() as is_recent,
       depth, everything, settled, curated, balanced, checks, off, totals
     from ledger.proofs order by proof_id`,
  );
  expect(rows).toEqual([
    {
      ...{ took: 1.5, is_recent: true, depth: 'objects', everything: false, settled: false, curated: false },
      ...{ balanced: true, checks: 1, off: [], totals: streams },
    },
    {
      ...{ took: 0.2505, is_recent: true, depth: 'kafka', everything: true, settled: true, curated: true },
      ...{ balanced: false, checks: 2, totals: streams },
      off: [
        {
          name: 'b',
          balanced: false,
          expected: 2,
          actual: '1',
          where: ['orders partition 0 offset 1: lost', 'a customer, whom npx tillstream proof names'],
        },
      ],
    },
  ]);
});

it('keeps a row small, and takes whatever a sender has put into a text', async () => {
  const hostile = `event \0 \ud800 ${'x'.repeat(100_000)}`;
  const checks = Array.from({ length: 500 }, (_, n) =>
    check(
      `check ${n}`,
      hostile,
      n,
      Array.from({ length: 40 }, () => hostile),
    ),
  );
  await noteProof(prover, summarize(checks, streams), { depth: 'rows', settled: false }, 1, deadline());
  const { rows } = await pool.query(
    `select checks, jsonb_array_length(off) as named, off -> 0 as first, octet_length(off::text) as bytes
     from ledger.proofs order by proof_id desc limit 1`,
  );
  expect(rows).toMatchObject([{ checks: 500, named: 100 }]);
  expect(rows[0].first.where).toHaveLength(10);
  expect(rows[0].first.expected).toMatch(/^event \\0 \ufffd x+…$/);
  expect(rows[0].bytes).toBeLessThan(700_000);

  // Two texts that are the same as far as they are kept.
  const long = `EUR ${'1'.repeat(600)}`;
  const differs = summarize([check('revenue', `${long} a`, `${long} b`)], streams, { all: false });
  await noteProof(prover, differs, { depth: 'objects', settled: false }, 1, deadline());
  const kept = await wholeProof({ pool });
  expect(kept && asPrinted(kept)).toMatchObject({ balanced: false, checks: [{ name: 'revenue', balanced: false }] });
});

it('forgets what was proved more than 90 days ago, but for the latest of its reach', async () => {
  const note = () => noteProof(prover, summarize([], streams), { depth: 'books', settled: false }, 1, deadline());
  for (const _ of ['5', '6', '7']) await note();
  await pool.query("update ledger.proofs set proved_at = now() - interval '91 days' where proof_id in (2, 5)");
  await pool.query("update ledger.proofs set proved_at = now() - interval '89 days' where proof_id = 6");
  await note();
  const { rows } = await pool.query('select proof_id from ledger.proofs order by proof_id');
  expect(rows.map(({ proof_id }) => proof_id)).toEqual([1, 2, 3, 4, 6, 7, 8]);
});
