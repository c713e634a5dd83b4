import { expect, test } from 'vitest';
import { sideBySide } from './side-by-side.ts';

test('begins in order, as many at once as there are slots, and the next when one has ended', async () => {
  const begun: string[] = [];
  const ends = new Map<string, (result: string) => void>();
  const work = (item: string) => {
    begun.push(item);
    return new Promise<string>((resolve) => ends.set(item, resolve));
  };
  const results = sideBySide(['a', 'b', 'c'], 2, work, new AbortController().signal);
  expect(begun).toEqual(['a', 'b']);
  ends.get('b')?.('B');
  await expect.poll(() => begun).toEqual(['a', 'b', 'c']);
  ends.get('c')?.('C');
  ends.get('a')?.('A');
  expect(await results).toEqual(['A', 'B', 'C']);
});

test('begins nothing more when it is told to end, and waits for what has begun', async () => {
  const ending = new AbortController();
  const work = async (item: string) => {
    ending.abort();
    return item.toUpperCase();
  };
  expect(await sideBySide(['a', 'b'], 1, work, ending.signal)).toEqual(['A']);
});
