import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { untilNothingIsLeft } from './until-nothing-is-left.ts';

const options = { what: 'all is done', every: 1, signal: new AbortController().signal };

it('goes on as long as each call leaves less, also if one takes longer than it may take until less is left', async () => {
  let [left, calls] = [3, 0];
  const call = async () => {
    calls++;
    await delay(30);
    left--;
  };
  await untilNothingIsLeft({ ...options, left: async () => left, call, within: 10 });
  expect([left, calls]).toEqual([0, 3]);
});

it('calls nobody where nothing is left, or where another does the work', async () => {
  let [left, calls] = [3, 0];
  const call = async () => void calls++;
  await untilNothingIsLeft({ ...options, left: async () => left--, call, within: 60_000 });
  await untilNothingIsLeft({ ...options, left: async () => 0, call, within: 60_000 });
  expect(calls).toBe(0);
});

it('gives up when less is left no more, with what the calls failed by', async () => {
  const waited = untilNothingIsLeft({
    ...options,
    left: async () => 3,
    call: () => Promise.reject(new Error('no answer')),
    within: 20,
  });
  await expect(waited).rejects.toMatchObject({
    message: expect.stringContaining('all is done'),
    cause: new Error('no answer'),
  });
});
