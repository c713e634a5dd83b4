/** Our pages are those that the library makes, byte for byte: around the sizes at which it decides otherwise. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { money, quantity, text, timestamp, uuid } from '#domain/columns.ts';
import { createRandom, type Random } from '#simulator/random.ts';
import { encodeRecords } from '../../tests/support/encoded.ts';
import { encodeByLibrary } from '../../tests/support/library-parquet.ts';

const from = { topic: 'things', partition: 1 };
const thing = z
  .object({
    id: uuid(''),
    few: text(20, ''),
    some: text(20, '').nullish(),
    price: money('').nullish(),
    pieces: quantity('').nullish(),
    at: timestamp('').nullish(),
  })
  .meta({ title: 'thing', version: 3 });

/** @param distinct texts of a column, of the same length in UTF-16 units each */
function thingsOf(rows: number, distinct: number, random: Random) {
  const start = random.pick(['x', 'é', '漢', '😀']).repeat(4);
  const some = (index: number) => `${start}${String(index % distinct).padStart(5, '0')}`;
  const nulls = random.pick([0, 0.5, 1]);
  const orNull = <T>(value: T): T | null => (random.chance(nulls) ? null : value);
  return Array.from({ length: rows }, (_, index) => ({
    offset: 2 ** 53 - 1 - rows + index,
    timestamp: random.pick([-1, 0, 1_765_411_200_123, 253_402_300_799_999, -62_135_596_800_000]),
    event: {
      id: random.uuid(),
      few: some(index),
      some: orNull(some(index)),
      price: orNull(random.integer(-9_999_999_999, 9_999_999_999)),
      pieces: orNull(random.integer(1, 2_147_483_647)),
      at: orNull(BigInt(random.integer(-62_135_596_800, 253_402_300_799)) * 1_000_000n + 1n),
    },
  }));
}

test.each([1, 2, 8, 9, 255, 1000, 1001, 2000])('%d rows, whatever repeats in them', (rows) => {
  const random = createRandom(`parquet:${rows}`);
  // Where a dictionary begins to pay: at a third to a half of the values, by the width of its indexes.
  for (const share of [0, 0.3, 0.36, 0.38, 0.39, 0.4, 0.41, 0.42, 0.43, 0.44, 0.46, 0.5, 1]) {
    const things = thingsOf(rows, Math.max(1, Math.round(rows * share)), random);
    expect(Buffer.compare(encodeRecords(thing, things, from), encodeByLibrary(thing, things, from))).toBe(0);
  }
});

test('more rows than a row group has', () => {
  const things = thingsOf(20_001, 30, createRandom('row groups'));
  expect(Buffer.compare(encodeRecords(thing, things, from), encodeByLibrary(thing, things, from))).toBe(0);
});
