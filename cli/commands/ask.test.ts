import { expect, it } from 'vitest';
import { describeFreshness } from './ask.ts';

it('says until when a table is filled only if something tells', () => {
  const until = new Date('2026-01-02T03:04:05.678Z');
  const all = [
    { table: 'a.known', by: 'a DAG', until },
    { table: 'an.empty', by: 'a DAG', until: null },
    { table: 'shop.products', by: 'the shop' },
  ];
  expect(describeFreshness(all).split('\n')).toEqual([
    'a.known is filled until 2026-01-02T03:04:05Z, by a DAG.',
    'an.empty is still empty. It is filled by a DAG.',
    'shop.products is filled by the shop.',
  ]);
});
