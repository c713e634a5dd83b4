import { expect, test } from 'vitest';
import { sideBySide } from './side-by-side.ts';

test('starts items in order, fills every slot, and starts the next item when one has finished', async () => {
  const started: string[] = [];
  const ends = new Map<string, (result: string) => void>();
  const work = (item: string) => {
    started.push(item);
    return new Promise<string>((resolve) => ends.set(item, resolve));
  };
  const results = sideBySide(['a', 'b', 'c'], 2, work, new AbortController().signal);
  expect(started).toEqual(['a', 'b']);
  ends.get('b')?.('B');
  await expect.poll(() => started).toEqual(['a', 'b', 'c']);
  ends.get('c')?.('C');
  ends.get('a')?.('A');
  expect(await results).toEqual(['A', 'B', 'C']);
});

test('starts nothing more after the signal, and waits for the items that have started', async () => {
  const ending = new AbortController();
  const work = async (item: string) => {
    ending.abort();
    return item.toUpperCase();
  };
  expect(await sideBySide(['a', 'b'], 1, work, ending.signal)).toEqual(['A']);
});
