import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { idsOfTexts, orderById, splitByKnown } from './id-order.ts';

const uuid = (...words: number[]): string => {
  const digits = words.map((word) => word.toString(16).padStart(8, '0')).join('');
  return [[0, 8], [8, 12], [12, 16], [16, 20], [20]].map(([from, to]) => digits.slice(from, to)).join('-');
};

test('rows are ordered by all of their id, then as they came', () => {
  const most = 0xffff_ffff;
  const alike = [0, 1, most].flatMap((word) => [uuid(7, word, 0, 0), uuid(7, 7, word, 0), uuid(7, 7, 7, word)]);
  const random = Array.from({ length: 2_000 }, () => randomUUID());
  const texts = [...random, ...alike, uuid(most, most, most, most), uuid(0, 0, 0, 0), ...alike, ...random.slice(0, 99)];
  const expected = [...texts.keys()].sort((a, b) => {
    const [one = '', other = ''] = [texts[a], texts[b]];
    return one < other ? -1 : one > other ? 1 : a - b;
  });
  expect([...orderById(idsOfTexts(texts))]).toEqual(expected);
  expect(orderById(new Uint32Array()).length).toBe(0);
});

test('the first row of each id that is not known is told from the others', () => {
  const [a, b, c, d, e] = [uuid(0, 0, 0, 1), uuid(0, 0, 1, 0), uuid(5, 0, 0, 0), uuid(6, 6, 6, 6), uuid(9, 9, 9, 9)];
  const ids = idsOfTexts([e, c, a, c, b, a]);
  const split = (...known: string[]) => {
    const { fresh, others } = splitByKnown(ids, orderById(ids), idsOfTexts(known));
    return [[...fresh], [...others]];
  };
  expect(split()).toEqual([
    [2, 4, 1, 0],
    [5, 3],
  ]);
  expect(split(a, d, e)).toEqual([
    [4, 1],
    [2, 5, 3, 0],
  ]);
  expect(split(a, b, c, d, e)).toEqual([[], [2, 5, 4, 1, 3, 0]]);
});
