import { expect, it } from 'vitest';
import { figuresOfRecent } from './recall.ts';

const event = (id: number, at: number, name: string, latency: number | null, letters: number) => ({
  ...{ id, at, name, latency, letters },
});

it('says of each whole second what was known then', () => {
  const events = [
    event(1, 100.2, 'orders', 5, 1),
    event(2, 101.1, 'orders', 9, 2),
    event(3, 101.9, 'loads', 60, 1),
    event(4, 103.5, 'orders', 1, 7),
  ];
  const seconds = figuresOfRecent({ now: 104.4, since: 100.1, events }, { lake: ['orders'], warehouse: ['loads'] });
  expect(seconds.map(({ at }) => at)).toEqual([101, 102, 103]);
  expect(seconds.map(({ figures }) => figures.letters)).toEqual([3, 0, 7]);
  expect(seconds.map(({ figures }) => figures['p95.orders'])).toEqual([9, 9, 9]);
  expect(seconds.map(({ figures }) => figures['p95.warehouse'])).toEqual([60, 60, 60]);
  expect(Object.keys(seconds[0]?.figures ?? {}).sort()).toEqual(['letters', 'p95.lake', 'p95.orders', 'p95.warehouse']);
});

it('knows nothing yet where nothing was committed', () => {
  const [first] = figuresOfRecent({ now: 11, since: 10, events: [] }, { lake: ['orders'] });
  expect(first?.figures).toEqual({ letters: 0, 'p95.lake': null, 'p95.orders': null });
});
