/** Binary array parameters give the same values as node-postgres's text format. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { arrayParameter } from '#adapters/postgres/array-parameter.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import { freshDatabase } from '../support/stores.ts';

let pool: Pool;
beforeAll(async () => {
  pool = await freshDatabase();
});
afterAll(() => pool.end());

const text = fc.oneof(fc.string({ unit: 'binary' }), fc.json()).filter((value) => !value.includes('\0'));
const bigint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
/** Years 1 to 9999, the range of domain/time.ts. */
const micros = fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n });

const rows = fc.array(fc.tuple(fc.option(text), fc.option(bigint), fc.option(micros)), { maxLength: 50 });

test('any text, number, time and null, in arrays of any length', async () => {
  await fc.assert(
    fc.asyncProperty(rows, async (elements) => {
      const texts = elements.map(([value]) => value);
      const bigints = elements.map(([, value]) => value);
      const timestamps = elements.map(([, , value]) => value);
      const { rows: found } = await pool.query(SAME, [
        arrayParameter('text', texts),
        arrayParameter(
          'text',
          texts.map((value) => (value === null ? null : Buffer.from(value))),
        ),
        texts,
        arrayParameter('bigint', bigints),
        bigints,
        arrayParameter('timestamp', timestamps),
        timestamps,
      ]);
      expect(found).toEqual([{ strings: true, bytes: true, bigints: true, timestamps: true }]);
    }),
    { numRuns: 200 },
  );
});

const SAME = `
  select
    $1::text[] = $3::text[] as strings,
    $2::text[] = $3::text[] as bytes,
    $4::bigint[] = $5::bigint[] as bigints,
    array(select extract(epoch from time) * 1000000 from unnest($6::timestamptz[]) as time) = $7::numeric[] as timestamps`;
