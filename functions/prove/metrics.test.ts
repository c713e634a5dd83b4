import { expect, it } from 'vitest';
import { ledgerChecks } from './ledger-checks.ts';
import { metricsOf } from './metrics.ts';
import { IN_TIME } from './passing.ts';
import { noFaults, summarize } from './proof.ts';

const totals = { consumed: 10, accepted: 10, duplicates: 0, rejected: 0 };

const lost = [{ topic: 'orders', partition: 0, firstOffset: 3, lastOffset: 9 }];
const ledgerTotals = {
  partitions: [{ topic: 'orders', partition: 0, startOffset: 0, nextOffset: 10 }],
  deliveries: [],
  losses: lost,
  acknowledged: [],
};
const kafka = [{ partition: 0, earliest: 10, latest: 12 }];

it('counts what is off, what is lost and what waits', () => {
  const checks = ledgerChecks('orders', ledgerTotals, kafka);
  const proof = summarize(checks, { orders: { ...totals, lag: 2 }, transactions: { ...totals, lag: 40 } });
  // Offsets 0 to 2 are nowhere; 3 to 9 are lost.
  expect(metricsOf(proof)).toEqual({ ProofUnbalanced: 1, ChecksUnbalanced: 2, RecordsLost: 7, Overdue: 0, Lag: 42 });
});

it('raises no alarm for a loss that somebody has acknowledged', () => {
  const checks = ledgerChecks('orders', { ...ledgerTotals, acknowledged: lost }, kafka);
  const proof = summarize(checks, { orders: { ...totals, lag: 2 } });
  // Offsets 0 to 2 are still nowhere.
  expect(metricsOf(proof)).toEqual({ ProofUnbalanced: 1, ChecksUnbalanced: 1, RecordsLost: 0, Overdue: 0, Lag: 2 });
});

it('says of a balanced proof that nothing is off', () => {
  const proof = summarize([], { orders: { ...totals, lag: 0 } });
  expect(metricsOf(proof)).toEqual({ ProofUnbalanced: 0, ChecksUnbalanced: 0, RecordsLost: 0, Overdue: 0, Lag: 0 });
});

it('says of a proof of everything in a metric of its own, which no other proof writes', () => {
  const off = [noFaults('one', { total: 3, examples: [] })];
  expect(metricsOf(summarize(off, {}, { all: true }))).toMatchObject({ ProofUnbalanced: 1, EverythingUnbalanced: 1 });
  expect(metricsOf(summarize([], {}, { all: true }))).toMatchObject({ EverythingUnbalanced: 0 });
  expect(metricsOf(summarize([], {}, { all: false }))).not.toHaveProperty('EverythingUnbalanced');
});

it('counts what waits too long', () => {
  const waits = ['one', 'other'].map((what) => noFaults(`${what} ${IN_TIME}`, { total: 3, examples: [] }));
  expect(metricsOf(summarize(waits, {}))).toMatchObject({ ProofUnbalanced: 1, Overdue: 6 });
});
