import { expect, it } from 'vitest';
import { ledgerChecks } from './ledger-checks.ts';
import { metricsOf } from './metrics.ts';
import { conclude } from './proof.ts';

const totals = { consumed: 10, accepted: 10, duplicates: 0, rejected: 0 };

it('counts what is off, what is lost and what waits', () => {
  const books = {
    partitions: [{ topic: 'orders', partition: 0, startOffset: 0, nextOffset: 10 }],
    deliveries: [],
    losses: [{ topic: 'orders', partition: 0, firstOffset: 3, lastOffset: 9 }],
  };
  const checks = ledgerChecks('orders', books, [{ partition: 0, earliest: 0, latest: 12 }]);
  const proof = conclude(checks, { orders: { ...totals, lag: 2 }, transactions: { ...totals, lag: 40 } });
  // Offsets 0 to 2 are nowhere; 3 to 9 are lost.
  expect(metricsOf(proof)).toEqual({ ProofUnbalanced: 1, ChecksUnbalanced: 2, RecordsLost: 7, Lag: 42 });
});

it('says of a balanced proof that nothing is off', () => {
  const proof = conclude([], { orders: { ...totals, lag: 0 } });
  expect(metricsOf(proof)).toEqual({ ProofUnbalanced: 0, ChecksUnbalanced: 0, RecordsLost: 0, Lag: 0 });
});
