import { expect, it } from 'vitest';
import { billFor } from '#operations/cost.ts';
import { describeCost, run } from './cost.ts';

it('prints the bill as docs/cost.md has it, with the day of its prices', () => {
  const text = describeCost({ pricedOn: '2026-11-21', rate: 0, bill: billFor(10_000_000) });
  expect(text).toContain('list prices of 2026-11-21');
  expect(text).toMatch(/^total +\$2,368$/m);
  expect(text).toContain('$7.79 a million orders.');
  expect(text).toMatch(/^orders +300 s /m);
});

it('has no bill where no orders come', () => {
  expect(describeCost({ pricedOn: '2026-11-21', rate: 0, bill: null })).toContain('No orders have come');
});

it('refuses a rate of nothing', async () => {
  await expect(run(['--orders-per-day', '0'])).rejects.toThrow('--orders-per-day: expected');
});
