import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { text } from './columns.ts';
import { columnsFrom } from './event-columns.ts';
import { filterOfEvents, idHashes, mayHold } from './id-filter.ts';

const event = z.object({ id: text(100, '') });

function filterOf(ids: readonly string[]): Uint8Array | null {
  const records = ids.map((id, offset) => ({ offset, timestamp: 0, event: { id } }));
  return filterOfEvents({ ids: ['id'] }, columnsFrom(event, records));
}

const uuids = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => `00000000-0000-4000-8000-${(from + n).toString(16).padStart(12, '0')}`);

describe('the filter of ids', () => {
  it('has every id that it was given, and takes 2 bytes for each', () => {
    const ids = [...uuids(0, 5_000), 'p1', 'Zoë 👩‍👧', 'x'.repeat(100)];
    const filter = filterOf([...ids, ...ids]) as Uint8Array;
    expect(filter.length).toBe(2 * ids.length);
    expect(ids.filter((id) => !mayHold(filter, id))).toEqual([]);
  });

  it('seldom has an id that it was not given, even if ids are numbered', () => {
    const filter = filterOf(uuids(0, 5_000)) as Uint8Array;
    const wrong = uuids(5_000, 20_000).filter((id) => mayHold(filter, id)).length;
    expect(wrong).toBeLessThan(40); // 12 are expected
  });

  it('of no ids is none', () => {
    expect(filterOf([])).toBeNull();
  });

  it('stays as the filters in the database are', () => {
    expect(idHashes('4b3f0c1e-7d5a-4a52-9a38-0e3b1f3f9f11')).toEqual([
      657088291, 1669205584, 2681322877, 3693440170, 410590167, 1422707460, 2434824753, 3446942046,
    ]);
    expect(Buffer.from(filterOf(['a', 'b']) ?? []).toString('hex')).toBe('a854ef01');
  });
});
