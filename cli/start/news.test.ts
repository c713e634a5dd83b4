import { expect, it } from 'vitest';
import { check, summarize } from '#functions/prove/proof.ts';
import { isNews, proofNews } from './news.ts';

const proof = (...off: readonly string[]) =>
  summarize(
    ['money', 'stock'].map((name) => check(name, 0, off.includes(name) ? 1 : 0)),
    {},
  );

it('is what was not off before', () => {
  expect(isNews(proof(), undefined)).toBe(false);
  expect(isNews(proof('money'), undefined)).toBe(true);
  expect(isNews(proof('money'), proof())).toBe(true);
  expect(isNews(proof('money', 'stock'), proof('money'))).toBe(true);
});

it('is not what is still off, or in order again', () => {
  expect(isNews(proof('money'), proof('money'))).toBe(false);
  expect(isNews(proof('money'), proof('money', 'stock'))).toBe(false);
  expect(isNews(proof(), proof('money'))).toBe(false);
});

it('is told once, also after a proof that could not be made, whose reason is told once', () => {
  const said: string[] = [];
  const news = proofNews((text) => said.push(text.split('\n')[0] ?? ''));
  expect(news.latest()).toBeUndefined();
  news.proved(proof('money'));
  expect(news.latest()).toBe('off');
  for (const message of ['no answer', 'no answer', 'no memory']) news.failed(new Error(message));
  expect(news.latest()).toBe('failed');
  news.proved(proof('money'));
  expect(news.latest()).toBe('off');
  news.failed(new Error('no memory'));
  news.proved(proof());
  expect(news.latest()).toBe('balanced');
  const failed = (why: string) => `The proof could not be made: ${why}`;
  expect(said).toEqual(['✗ money: expected 0, got 1', failed('no answer'), failed('no memory'), failed('no memory')]);
});
