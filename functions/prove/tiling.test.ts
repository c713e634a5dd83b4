import { describe, expect, it } from 'vitest';
import { untiled } from './tiling.ts';

const partition = { topic: 'orders', partition: 2, startOffset: 0, nextOffset: 300 };
const range = (firstOffset: number, lastOffset: number, of = 2) => ({
  topic: 'orders',
  partition: of,
  firstOffset,
  lastOffset,
});

describe('untiled', () => {
  it('finds nothing where ranges follow on each other, in any order', () => {
    expect(untiled([partition], [range(100, 299), range(0, 99)])).toEqual([]);
  });
  it('names a gap at the start, in the middle and at the end', () => {
    expect(untiled([partition], [range(10, 99), range(150, 250)])).toEqual([
      'orders partition 2 offsets 0-9: missing',
      'orders partition 2 offsets 100-149: missing',
      'orders partition 2 offsets 251-299: missing',
    ]);
  });
  it('names an overlap, a range past the position and one of an unknown partition', () => {
    expect(untiled([partition], [range(0, 199), range(150, 310), range(0, 5, 3)])).toEqual([
      'orders partition 2 offsets 150-310: counted twice',
      'orders partition 2 offsets 300-310: past the position',
      'orders partition 3 offsets 0-5: unknown partition',
    ]);
  });
});
