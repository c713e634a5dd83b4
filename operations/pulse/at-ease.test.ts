import { expect, it } from 'vitest';
import { atEase, inTurn } from './at-ease.ts';

/** A question whose answers take as long as it is told, by a clock of its own. */
function question() {
  const state = { now: 0, takes: 1, asked: 0, fails: undefined as Error | undefined };
  const ask = async () => {
    state.now += state.takes;
    state.asked += 1;
    if (state.fails) throw state.fails;
    return state.asked;
  };
  return { state, answer: atEase<number>(ask, { clock: () => state.now }) };
}

it('asks the more seldom the longer the answer takes, and gives the last one until then', async () => {
  const { state, answer } = question();
  expect(await answer()).toBe(1);
  state.now += 1_999;
  expect(await answer()).toBe(1);
  state.now += 1;
  state.takes = 100;
  expect(await answer()).toBe(2);
  state.now += 24_999;
  expect(await answer()).toBe(2);
  state.now += 1;
  expect(await answer()).toBe(3);
});

it('rests as long after a question that was cancelled as after an answer, and keeps the last', async () => {
  const { state, answer } = question();
  expect(await answer()).toBe(1);
  state.now += 2_000;
  state.takes = 5_000;
  state.fails = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
  expect(await answer()).toBe(1);
  state.now += 250 * 5_000 - 1;
  state.fails = undefined;
  expect(await answer()).toBe(1);
  expect(state.asked).toBe(2);
  state.now += 1;
  expect(await answer()).toBe(3);
});

it('asks again soon if nobody heard the question', async () => {
  const { state, answer } = question();
  state.takes = 5_000;
  state.fails = new Error('connect ECONNREFUSED');
  expect(await answer()).toBeUndefined();
  state.now += 2_000;
  state.fails = undefined;
  expect(await answer()).toBe(2);
});

it('does not wait for an answer that takes long, nor asks again before it is there', async () => {
  const { promise, resolve } = Promise.withResolvers<number>();
  let asked = 0;
  const ask = () => {
    asked += 1;
    return promise;
  };
  const answer = atEase(ask, { patienceMs: 1 });
  expect(await answer()).toBeUndefined();
  // Nobody waits a second time.
  const again = await Promise.race([answer(), new Promise(setImmediate).then(() => 'waits')]);
  expect([again, asked]).toEqual([undefined, 1]);
  resolve(7);
  await expect.poll(answer).toBe(7);
  expect(asked).toBe(1);
});

it('lets questions that take turns wait for one another, whether they are answered or not', async () => {
  const turn = inTurn();
  const { promise, reject } = Promise.withResolvers<number>();
  const first = turn(() => promise);
  let asked = false;
  const second = turn(async () => {
    asked = true;
    return 2;
  });
  await new Promise(setImmediate);
  expect(asked).toBe(false);
  reject(new Error('no'));
  await expect(first).rejects.toThrow('no');
  expect(await second).toBe(2);
});
