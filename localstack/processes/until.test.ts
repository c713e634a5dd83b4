import { expect, test } from 'vitest';
import { until } from './until.ts';

test('tries until there is an answer; an error counts as not yet', async () => {
  const answers = [undefined, false, null, new Error('refused'), 'there'];
  const attempt = () => {
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer;
  };
  expect(await until(attempt, { what: 'it is there', within: 10_000, every: 1 })).toBe('there');
});

test('0 and the empty text are answers', async () => {
  expect(await until(() => 0, { what: 'there is a number', within: 1_000 })).toBe(0);
  expect(await until(() => '', { what: 'there is a text', within: 1_000 })).toBe('');
});

test('times out with what it waited for and the last error', async () => {
  const cause = new Error('refused');
  const waiting = until(() => Promise.reject(cause), { what: 'the server answers', within: 20, every: 5 });
  await expect(waiting).rejects.toMatchObject({
    message: 'Timed out after 0.02 s waiting until the server answers',
    cause,
  });
});

test('an aborted signal ends it with the reason', async () => {
  const given = new AbortController();
  const waiting = until(() => false, {
    what: 'nothing ever happens',
    within: 60_000,
    every: 60_000,
    signal: given.signal,
  });
  given.abort(new Error('given up'));
  await expect(waiting).rejects.toThrow('given up');
});
