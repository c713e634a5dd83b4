import { describe, expect, it } from 'vitest';
import { reasonsToAlert, thresholds } from './lateness.ts';

const limits = { ratio: 0.1, count: 50 };
const hour = (late: number, total: number, { at = 3, lately = late } = {}) => ({
  hour: `2026-01-02T${String(at).padStart(2, '0')}:00:00Z`,
  ...{ late, total, lateLately: lately },
});
const reasons = (...hours: ReturnType<typeof hour>[]) => reasonsToAlert(hours, limits).reasons;

describe('reasonsToAlert', () => {
  it('is empty at the limits, and without any payments', () => {
    expect(reasons(hour(50, 500))).toEqual([]);
    expect(reasons()).toEqual([]);
    expect(reasonsToAlert([], { ratio: 0, count: 0 }).reasons).toEqual([]);
  });

  it('names each limit that was passed', () => {
    expect(reasons(hour(11, 100))).toEqual([
      '11 of 100 of the hour 2026-01-02T03:00:00Z are late, a ratio of 0.11; the limit is 0.1',
    ]);
    expect(reasons(hour(51, 5100))).toEqual(['51 are late; the limit is 50']);
    expect(reasons(hour(51, 100))).toHaveLength(2);
  });

  it('judges the ratio hour by hour, and the count over all', () => {
    const judged = reasonsToAlert([hour(30, 10_000, { at: 1 }), hour(5, 25, { at: 2 }), hour(16, 20)], limits);
    expect(judged).toMatchObject({ late: 51, total: 10_045, lateHoursCount: 2 });
    expect(judged.lateHours).toEqual(['2026-01-02T03:00:00Z', '2026-01-02T02:00:00Z']);
    expect(judged.reasons).toHaveLength(3);
  });

  it('counts only those that came in the time that is judged', () => {
    expect(reasons(hour(60, 6_000, { lately: 1 }))).toEqual([]);
  });

  it('judges the ratio from five late ones on, so one late payment of a quiet hour is no alarm', () => {
    expect(reasons(hour(1, 1), hour(4, 4, { at: 4 }))).toEqual([]);
    expect(reasons(hour(5, 5))).toHaveLength(1);
  });

  it('names the ten worst hours', () => {
    const judged = reasonsToAlert(
      Array.from({ length: 24 }, (_, at) => hour(8, 8 + 4 * at, { at, lately: 1 })),
      limits,
    );
    expect(judged.lateHoursCount).toBe(18);
    expect(judged.lateHours).toHaveLength(10);
    expect(judged.reasons).toHaveLength(11);
    expect(judged.reasons[0]).toContain('8 of 8 of the hour 2026-01-02T00:00:00Z');
    expect(judged.reasons.at(-1)).toBe('the ratio of 8 more hours is over the limit');
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
