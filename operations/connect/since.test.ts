import { expect, it } from 'vitest';
import { openSince } from './since.ts';

it('a state lasts since it was first seen, of each name by itself, until another is seen', () => {
  let now = 0;
  const sinceOf = openSince(() => new Date(now));
  const at = (seconds: number, name: string, state: boolean) => {
    now = seconds * 1_000;
    return Date.parse(sinceOf(name, state)) / 1_000;
  };
  expect([at(1, 'Kafka', true), at(2, 'Kafka', true), at(3, 'Kafka', false), at(4, 'Kafka', false)]).toEqual([
    1, 1, 3, 3,
  ]);
  expect([at(5, 'Airflow', false), at(6, 'Kafka', true)]).toEqual([5, 6]);
});
