import { expect, it } from 'vitest';
import { isCertain } from './certain.ts';

it('is certain of what the server refused, not of what it or a service did not answer', () => {
  expect(
    ['unreachable', 'unreadable', 'airflow_away', 'unavailable', 'failed'].map((code) => isCertain({ code })),
  ).toEqual(Array(5).fill(false));
  expect(['invalid', 'forbidden', 'no_such_run'].map((code) => isCertain({ code }))).toEqual(Array(3).fill(true));
});
