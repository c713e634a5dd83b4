import { expect, it } from 'vitest';
import type { StandingVerdict } from '#operations/proofs.ts';
import { openStanding } from './standing.ts';

const verdict = (balanced: boolean): StandingVerdict => ({ balanced, provedAt: '2026-01-02T03:04:05.000Z', off: [] });

it('is read once for each proof that was noted, and as it was while it can’t be', async () => {
  const answers = [verdict(true), new Error('no answer'), verdict(false)];
  let asked = 0;
  const standing = openStanding(async () => {
    const answer = answers[asked++];
    if (answer instanceof Error || !answer) throw answer;
    return answer;
  });
  await standing.noted(null);
  expect([asked, standing.verdict()]).toEqual([0, undefined]);
  for (let looks = 0; looks < 3; looks += 1) await standing.noted(7);
  expect([asked, standing.verdict()?.balanced]).toEqual([1, true]);
  await standing.noted(8);
  expect([asked, standing.verdict()?.balanced]).toEqual([2, true]);
  await standing.noted(8);
  expect([asked, standing.verdict()?.balanced]).toEqual([3, false]);
});
