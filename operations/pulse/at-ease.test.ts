import { expect, it } from 'vitest';
import { atEase } from './at-ease.ts';

it('asks the more seldom the longer the answer takes, and gives the last one until then', async () => {
  let now = 0;
  let asked = 0;
  const answer = atEase<number>(() => now);
  const ask = (takes: number) =>
    answer(async () => {
      now += takes;
      asked += 1;
      return asked;
    });
  expect(await ask(1)).toBe(1);
  now += 1_999;
  expect(await ask(1)).toBe(1);
  now += 1;
  expect(await ask(100)).toBe(2);
  now += 24_999;
  expect(await ask(1)).toBe(2);
  now += 1;
  expect(await ask(1)).toBe(3);
});

it('asks again after a failure', async () => {
  const answer = atEase<number>(() => 0);
  await expect(answer(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await answer(async () => 1)).toBe(1);
});
