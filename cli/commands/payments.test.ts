import { expect, test } from 'vitest';
import type { PaymentsLook } from '#operations/payments/look.ts';
import { classOf, describe, run } from './payments.ts';

const look: PaymentsLook = {
  hours: [{ hour: '2026-01-02T03:00:00Z', payments: 20, late: 6, took: [1, 13, 6], ratio: 0.3, isLate: true }],
  lateAfterSeconds: 90,
  latencies: [0, 120],
  alert: { ratio: 0.1, count: 1_000, from: 5 },
  toTransform: { hours: 2, since: '2026-01-02T04:00:00.000Z' },
  toIndex: { hours: 0, since: null },
  ...{ transformedAt: null, comparedAt: null, index: null, wholeIndex: null },
};

test('an hour over the line says so, and each class of latency has its payments', () => {
  const said = describe(look);
  expect(said).toMatch(/2026-01-02T03:00:00Z +20 +6 +30\.00 % +too many late/);
  expect(said).toMatch(/0 s or less +1\nup to 120 s +13\nover 120 s +6/);
  expect(said).toContain('more than 90 s after they were made');
  expect(said).toContain('over 10 % of an hour, from 5 late ones on, or over 1,000 in all');
  expect(said).toContain('2 hours, since 2026-01-02T04:00:00.000Z');
});

test('what nobody knows is no 0, and what differs is named', () => {
  expect(describe(look)).toMatch(/index = view +not compared\nin all hours +not compared/);
  const index = {
    provedAt: '2026-01-02T05:00:00.000Z',
    ...{ all: false, equal: false },
    where: ['2026-01-02T03:00:00Z: not in the index'],
  };
  expect(describe({ ...look, index })).toContain(
    'in all hours    not compared\n  2026-01-02T03:00:00Z: not in the index\n',
  );
  expect(describe({ ...look, index: { ...index, equal: true, where: [] } })).toContain(
    'yes, in the hours that changed, as',
  );
  const whole = { ...index, all: true, equal: true, where: [], provedAt: '2026-01-02T00:10:00.000Z' };
  expect(describe({ ...look, index, wholeIndex: whole })).toMatch(
    /index = view +no, as proved at 2026-01-02T05:00:00.000Z\nin all hours +yes, in all hours, as proved at 2026-01-02T00:10:00.000Z\n/,
  );
  expect(describe({ ...look, alert: { ...look.alert, ratio: 0.07 } })).toContain('over 7 % of an hour');
  expect(describe({ ...look, hours: [] })).toContain('No payment was transformed yet.');
  expect(classOf([0, 1], 1)).toBe('up to 1 s');
});

test('an argument is refused', async () => {
  await expect(run(['now'])).rejects.toThrow('takes no argument');
});
