import { expect, test } from 'vitest';
import { shared, sharedByQuestion } from './shared-answer.ts';

/** Answers when it is told to; counts how often it is asked. */
function slow() {
  const asked: { readonly of: string; readonly end: (answer: string) => void; readonly fail: (why: Error) => void }[] =
    [];
  const make = (of = '') => new Promise<string>((end, fail) => asked.push({ of, end, fail }));
  return { asked, make };
}

test('who asks meanwhile, or before four times as long has passed, gets the answer that is being made', async () => {
  let now = 0;
  const { asked, make } = slow();
  const { ask } = shared(make, () => now);
  const [first, second] = [ask(), ask()];
  now = 2_000;
  asked[0]?.end('a');
  expect(await Promise.all([first, second])).toEqual(['a', 'a']);
  now = 9_999;
  expect(await ask()).toBe('a');
  now = 10_000;
  const third = ask();
  asked[1]?.end('b');
  expect(await third).toBe('b');
  expect(asked).toHaveLength(2);
});

test('a failure is kept as an answer is, and made anew after that', async () => {
  let now = 0;
  const { asked, make } = slow();
  const { ask } = shared(make, () => now);
  const first = ask();
  now = 5_000;
  asked[0]?.fail(new Error('too slow'));
  await expect(first).rejects.toThrow('too slow');
  await expect(ask()).rejects.toThrow('too slow');
  now = 25_000;
  const again = ask();
  asked[1]?.end('b');
  expect(await again).toBe('b');
});

test('different questions are answered one after the other', async () => {
  const { asked, make } = slow();
  const ask = sharedByQuestion(make, (of: string) => of);
  const answers = [ask('x'), ask('y'), ask('x')];
  await expect.poll(() => asked.map(({ of }) => of)).toEqual(['x']);
  asked[0]?.fail(new Error('no'));
  await expect(answers[0]).rejects.toThrow('no');
  await expect(answers[2]).rejects.toThrow('no');
  await expect.poll(() => asked.map(({ of }) => of)).toEqual(['x', 'y']);
  asked[1]?.end('1');
  expect(await answers[1]).toBe('1');
});
