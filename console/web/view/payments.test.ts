import { expect, test } from 'vitest';
import { latencyBars, sayLateHours, saySeconds, sayShare, seriesOf, totalsOf } from './payments.ts';

const hour = { hour: '2026-01-02T03:00:00Z', payments: 20, late: 6, took: [1, 13, 6], ratio: 0.3, isLate: true };

test('hours are a series with the line of the alert, and totals', () => {
  expect(seriesOf([hour], 0.1)).toEqual({
    times: [Date.parse(hour.hour) / 1000],
    values: { payments: [20], ratio: [0.3], line: [0.1] },
  });
  expect(totalsOf([hour, { ...hour, isLate: false }])).toEqual({ payments: 40, late: 12, overLine: 1 });
});

test('no hour is called fine before one was transformed', () => {
  expect([sayLateHours([]), sayLateHours([hour]), sayLateHours([{ ...hour, isLate: false }])]).toEqual([
    'Not known yet which are over the line',
    '1 hour over the line',
    'None over the line',
  ]);
});

test('each class of latency has its bar, also above all bounds', () => {
  expect(latencyBars([hour, hour], [0, 120], 120)).toEqual([
    { label: '0 s or less: a clock ahead', value: 2, said: '2' },
    { label: 'up to 2 min, above is late', value: 26, said: '26' },
    { label: 'over 2 min', value: 12, said: '12' },
  ]);
  expect(latencyBars([hour], [0, 120], 90).map(({ label }) => label)[1]).toBe('up to 2 min');
  expect([1, 90, 120, 3_600, 5_400].map(saySeconds)).toEqual(['1 s', '90 s', '2 min', '1 h', '90 min']);
  expect([sayShare(0.1234), sayShare(0), sayShare(null)]).toEqual(['12.34 %', '0 %', '?']);
});
