/** Whatever the bytes of a record are, a batch is read as the reference reads each of its records. `npm run fuzz` tries more. */
import { expect, test } from 'vitest';
import { createRandom } from '#simulator/random.ts';
import { compare } from '../tests/fuzz/compare.ts';
import { events } from '../tests/fuzz/events.ts';
import { anyRecords } from '../tests/fuzz/records.ts';

const RECORDS = 300;

test.each(events)(
  '$name: events, dead letters, hash, filter, Parquet and lines are those of the reference',
  ({ name, ...stream }) => {
    for (const seed of [1, 2]) {
      const random = createRandom(`suite:${name}:${seed}`);
      const { good, bad } = compare(stream, anyRecords(stream, RECORDS, random), random);
      expect(Math.min(good, bad)).toBeGreaterThan(RECORDS / 20);
    }
  },
);
