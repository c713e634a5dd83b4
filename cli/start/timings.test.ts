import { expect, test } from 'vitest';
import { openTimings } from './timings.ts';

test('a table of phases by their start, and of processes before and after the first', async () => {
  let [seconds, kafka] = [1, 2];
  const timings = openTimings({ now: () => seconds, cpu: () => ({ Kafka: kafka, 'npm start': 1 }) });
  const first = Promise.withResolvers<string>();
  const starting = timings.during('services', first.promise);
  [seconds, kafka] = [20.4, 12];
  first.resolve('up');
  expect(await starting).toBe('up');
  const producing = timings.during('producing', Promise.reject(new Error('no broker')));
  timings.reached('first order');
  [seconds, kafka] = [50, 30];
  await expect(producing).rejects.toThrow('no broker');
  expect(timings.describe().split('\n')).toEqual([
    'phase        from s  to s  seconds  CPU s',
    'first order       0    20       20     13',
    'services          1    20       19     10',
    'producing        20    50       30     18',
    '',
    'processes  CPU s until ready  CPU s since',
    'Kafka                     12           18',
    'npm start                  1            0',
    'all                       13           18',
  ]);
});

test('without processor time where the system says none', async () => {
  const timings = openTimings({ now: () => 3, cpu: () => undefined });
  await timings.during('services', Promise.resolve());
  expect(timings.describe().split('\n')).toEqual([
    'phase     from s  to s  seconds  CPU s',
    'services       3     3        0',
  ]);
});
