import { expect, it } from 'vitest';
import { linkTo, readRoute } from './route.ts';

it('reads a page, what it shows, and its filters', () => {
  expect(readRoute('#/dead-letters/42?reason=conflict&text=a%26b')).toEqual({
    page: 'dead-letters',
    rest: ['42'],
    query: { reason: 'conflict', text: 'a&b' },
  });
});

it('takes no hash, and an empty one, for the Overview', () => {
  for (const hash of ['', '#', '#/', '/']) expect(readRoute(hash)).toEqual({ page: '', rest: [], query: {} });
});

it('keeps a question mark in a filter, and survives a stray percent sign', () => {
  expect(readRoute('#/dead-letters?text=what?')).toMatchObject({ query: { text: 'what?' } });
  expect(readRoute('#/50%/x').page).toBe('50%');
});

it('writes what it reads', () => {
  const link = linkTo('messages', ['a/b', 7], { text: 'ü & ?', none: undefined, empty: '' });
  expect(readRoute(link)).toEqual({ page: 'messages', rest: ['a/b', '7'], query: { text: 'ü & ?' } });
  expect(linkTo('')).toBe('#/');
});
