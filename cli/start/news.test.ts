import { expect, it } from 'vitest';
import { check, summarize } from '#functions/prove/proof.ts';
import { isNews } from './news.ts';

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
