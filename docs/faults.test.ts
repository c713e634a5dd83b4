import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inRepository } from '#adapters/repository.ts';
import { findKind, kindNames } from '../tests/faults/kinds.ts';
import { recordRun } from '../tests/faults/record.ts';

const page = readFileSync(inRepository('docs/faults.md'), 'utf8');

it('lists every kind of fault with what it breaks', async () => {
  const listed = [...page.matchAll(/^\| `([\w-]+)` \| (.*?) \|.*\|$/gm)].map(([, name, breaks]) => [name, breaks]);
  const kinds = await Promise.all(kindNames.map(async (name) => [name, (await findKind(name)).breaks]));
  expect(listed).toEqual(kinds);
});

it('keeps the results of kinds that did not strike, and writes those that did', () => {
  const none = { neverStruck: {} };
  const first = recordRun(
    page,
    { minutes: 30, seed: 7, records: 1_234_567, struck: { replayed: 3 }, ...none },
    '2026-01-31',
  );
  const second = recordRun(
    first,
    { minutes: 5, seed: 8, records: 9_000, struck: { deployed: 2 }, ...none },
    '2026-02-01',
  );
  expect(second).toContain(
    'Last run on record: 2026-02-01, 5 minutes, seed 8, 9,000 records, none lost, none doubled, the proof balanced after each round.',
  );
  expect(second).toMatch(/^\| `replayed` .* \| 2026-01-31, 3 × \|$/m);
  expect(second).toMatch(/^\| `deployed` .* \| 2026-02-01, 2 × \|$/m);
  const run = { minutes: 1, seed: 1, records: 1, struck: { 'never-heard-of': 1 }, ...none };
  expect(() => recordRun(page, run, '2026-02-01')).toThrow('never-heard-of');
});
