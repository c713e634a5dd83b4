import { expect, it } from 'vitest';
import { functions } from '#cdk/config/functions.ts';
import { longestGapMinutes } from '#cdk/config/schedule.ts';
import { schedules } from '#cdk/dags.ts';
import { allowedMinutes, jobs } from './overdue.ts';

it('knows how often each job runs', () => {
  const dags = schedules('*/20 * * * *');
  for (const { name, everyMinutes } of jobs(20)) {
    const schedule = dags.get(name);
    const minutes = schedule ? longestGapMinutes(schedule) : functions['relay-outbox'].everyMinutes;
    expect([name, everyMinutes]).toEqual([name, minutes]);
  }
});

it.each([
  [1, 11],
  [5, 15],
  [60, 90],
  [1_440, 1_560],
])('a job that runs every %d minutes may leave something waiting for %d', (every, allowed) => {
  expect(allowedMinutes(every)).toBe(allowed);
});
