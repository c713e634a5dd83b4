import { describe, expect, it } from 'vitest';
import { reasonsToAlert, thresholds } from './lateness.ts';

const limits = { ratio: 0.1, count: 50 };
const lateness = (late: number, total: number) => ({
  late,
  total,
  share: total === 0 ? 0 : late / total,
});

describe('reasonsToAlert', () => {
  it('is empty at the limits, and without any payments', () => {
    expect(reasonsToAlert(lateness(50, 500), limits)).toEqual([]);
    expect(reasonsToAlert(lateness(0, 0), limits)).toEqual([]);
    expect(reasonsToAlert(lateness(0, 0), { ratio: 0, count: 0 })).toEqual([]);
  });

  it('names each limit that was passed', () => {
    expect(reasonsToAlert(lateness(11, 100), limits)).toEqual([
      '11 of 100 are late, a ratio of 0.11; the limit is 0.1',
    ]);
    expect(reasonsToAlert(lateness(51, 5100), limits)).toEqual(['51 are late; the limit is 50']);
    expect(reasonsToAlert(lateness(51, 100), limits)).toHaveLength(2);
  });
});

describe('thresholds', () => {
  it('come from the environment, or are a tenth and a thousand', () => {
    expect(thresholds({})).toEqual({ ratio: 0.1, count: 1000 });
    expect(thresholds({ LATE_RATIO_THRESHOLD: '0', LATE_COUNT_THRESHOLD: '7' })).toEqual({ ratio: 0, count: 7 });
  });

  it('are refused if they are no numbers of at least 0', () => {
    expect(() => thresholds({ LATE_RATIO_THRESHOLD: 'a lot' })).toThrow('LATE_RATIO_THRESHOLD must be a number');
    expect(() => thresholds({ LATE_COUNT_THRESHOLD: '-1' })).toThrow('LATE_COUNT_THRESHOLD must be a number');
  });
});
