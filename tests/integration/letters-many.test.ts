/** A hundred thousand dead letters in real PostgreSQL: paged, searched and counted, and each page reads little. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Pool } from '#adapters/postgres/index.ts';
import { countLetters } from '#operations/letters/counts.ts';
import type { LetterFilter } from '#operations/letters/filter.ts';
import { listLetters } from '#operations/letters/list.ts';
import { writeDeadLetters } from '../support/dead-letters.ts';
import { blocksOfPage } from '../support/letters.ts';
import { freshDatabase, poolAs } from '../support/stores.ts';

const LETTERS = 100_000;
let pool: Pool;
/** Logged in as the page is. */
let look: { readonly pool: Pool };

beforeAll(async () => {
  pool = await freshDatabase();
  look = { pool: await poolAs('console', pool) };
  await writeDeadLetters(pool, [{}]);
  await pool.query(
    `insert into ledger.dead_letters (
       delivery_id, consumer, topic, partition, record_offset, kafka_timestamp, record_value, reason, message, failed_at
     )
     select 1, 'archive-orders', (array['orders', 'transactions', 'store_sales'])[1 + n % 3], 7, n, now(),
       convert_to('{"n":' || n || '}', 'UTF8'), (array['not_json', 'missing_field'])[1 + n % 2], 'number ' || n,
       timestamptz '2026-01-01' + n * interval '1 s'
     from generate_series(2, $1::int) as n`,
    [LETTERS],
  );
  await pool.query(
    `with sent as (
       insert into ledger.outbox (topic) select 'orders' from generate_series(1, 50) returning outbox_id
     )
     insert into ledger.redrives (dead_letter_id, outbox_id, redriven_by)
     select row_number() over () * 2000, outbox_id, 'ada' from sent`,
  );
  await pool.query('vacuum analyze');
});
afterAll(async () => {
  await look.pool.end();
  await pool.end();
});

async function all(filter: LetterFilter, limit = 500): Promise<{ ids: number[]; pages: number }> {
  const ids: number[] = [];
  let after: number | undefined;
  for (let pages = 1; ; pages++) {
    const { rows, next } = await listLetters(look, filter, { after, limit });
    ids.push(...rows.map(({ id }) => id));
    if (next === null) return { ids, pages };
    after = next;
  }
}

test('pages follow one another, the newest first, each letter once', async () => {
  const { ids } = await all({ reason: 'missing_field', topic: 'transactions' });
  // Both of each six in a row, from the second on: those of which n % 6 is 1.
  expect(ids).toEqual(
    Array.from({ length: LETTERS }, (_, n) => n + 1)
      .filter((n) => n > 1 && n % 6 === 1)
      .toReversed(),
  );
});

test('letters of a time, or of a state, are those alone', async () => {
  const since = new Date('2026-01-01T00:01:00Z');
  const until = new Date('2026-01-01T00:01:10Z');
  expect((await all({ since, until })).ids).toEqual([69, 68, 67, 66, 65, 64, 63, 62, 61, 60]);
  expect((await all({ state: 'waiting' }, 20)).ids).toHaveLength(50);
  const { rows } = await listLetters(look, { state: 'new', since }, { limit: 2, after: 4_001 });
  expect(rows).toMatchObject([{ id: 3_999, redriven: null }, { id: 3_998 }]);
});

test('a text is searched for a part at a time, which says how far it came', async () => {
  const first = await listLetters(look, { text: '"n":777}' }, { limit: 10 });
  expect(first).toEqual({ rows: [], next: LETTERS - 20_000 + 1 });
  expect(await all({ text: '"n":777}' })).toEqual({ ids: [777], pages: 5 });
  expect(await all({ text: 'number 99999' })).toMatchObject({ ids: [99_999] });
});

test('the last page reads as little as the first', async () => {
  const hour = { since: new Date('2026-01-01T03:00:00Z'), until: new Date('2026-01-01T04:00:00Z') };
  for (const filter of [{}, { reason: 'not_json' }, { topic: 'orders' }, { state: 'new' }, hour] as const)
    for (const after of [undefined, 50_000, 150])
      expect(await blocksOfPage(look.pool, filter, { after, limit: 100 })).toBeLessThan(1_000);
});

test('counts are those of the filter, and the spans add up to them', async () => {
  const since = new Date('2026-01-01T00:00:02Z');
  const until = new Date('2026-01-01T01:00:00Z');
  const counts = await countLetters(look, { topic: 'orders', since, until });
  expect(counts.matching).toBe(1_199);
  expect(counts.spans.reduce((sum, { letters }) => sum + letters, 0)).toBe(1_199);
  expect(counts).toMatchObject({ seconds: 60, from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T01:00:00.000Z' });
  expect(counts.reasons.map(({ reason, letters, unsent }) => [reason, letters, unsent])).toEqual([
    ['missing_field', 49_999, 49_999],
    ['not_json', 50_001, 49_951],
  ]);
});

test('a rare fate is searched for a part at a time too, among the letters that were sent back', async () => {
  await pool.query(
    `with sent as (
       insert into ledger.outbox (topic, record_key, sent_at, sent_partition, sent_offset)
       select letter.topic, convert_to(dead_letter_id::text, 'UTF8'), now(), case when dead_letter_id = 777 then 0 else 7 end,
         case when dead_letter_id = 777 then 0 else 1000000 + dead_letter_id end
       from ledger.dead_letters as letter
       where (dead_letter_id > 60000 or dead_letter_id = 777)
         and dead_letter_id not in (select dead_letter_id from ledger.redrives)
       returning outbox_id, convert_from(record_key, 'UTF8')::bigint as dead_letter_id
     )
     insert into ledger.redrives (dead_letter_id, outbox_id, redriven_by) select dead_letter_id, outbox_id, 'ada' from sent`,
  );
  await pool.query('vacuum analyze');
  const first = await listLetters(look, { state: 'took-effect' }, { limit: 10 });
  expect(first).toEqual({ rows: [], next: LETTERS - 20_000 + 1 });
  expect(await all({ state: 'took-effect' })).toEqual({ ids: [777], pages: 3 });
  const some = await listLetters(look, { state: 'took-effect', text: '"n":777}' }, { after: 2_000, limit: 10 });
  expect([some.rows.map(({ id }) => id), some.next]).toEqual([[777], null]);
});
