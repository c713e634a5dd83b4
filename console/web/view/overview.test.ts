import { expect, it } from 'vitest';
import { mostFrequent } from './overview.ts';

it('shows the most frequent reasons, and leaves no letter out', () => {
  const letters = { not_json: 3, conflict: 10, too_large: 1, wrong_type: 4 };
  expect(mostFrequent(letters, 2)).toEqual({
    reasons: [
      ['conflict', 10],
      ['wrong_type', 4],
    ],
    others: { reasons: 2, letters: 4 },
  });
  expect(mostFrequent(letters, 4).others).toEqual({ reasons: 0, letters: 0 });
});
