import { expect, describe as group, it } from 'vitest';
import type { Message } from '#operations/records/message.ts';
import { visible } from '../visible.ts';
import { describe, run, tellEnd } from './messages.ts';

const shown = (text: string) => ({ shown: { text }, length: text.length, cut: false });
const message: Message = {
  partition: 2,
  offset: 10_734,
  timestamp: '2026-11-30T09:38:01.204Z',
  key: shown('0d9f3c'),
  value: shown(`{"note":"\x1b]0;owned\x07${'x'.repeat(100)}"}`),
  headers: [],
  headersLeftOut: 0,
  packedIn: null,
  fate: { state: 'waiting', way: [], behind: 12 },
};

it('shows a line for each record, which a record can neither break nor color', () => {
  const lines = visible(describe('orders', [message, { ...message, fate: null, key: null, value: null }])).split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[1]).toContain(
    String.raw`2026-11-30 09:38:01.204          2   10734  0d9f3c  {"note":"\u001b]0;owned\u0007xxx`,
  );
  expect(lines[1]).toMatch(/x… {2}○ waits in Kafka \(lag 12\)$/);
  expect(lines[2]).toMatch(/- {7}\(no value\) +unknown: PostgreSQL does not answer$/);
});

group('how a search ended', () => {
  const progress = { scanned: 40_000, of: 101_342, found: 3 };

  it('never says that there is nothing where it did not look', () => {
    expect(tellEnd({ ended: 'stopped', next: 'back:0@1', progress }, true)).toBe(
      'Stopped before the end: scanned 40,000 of 101,342, found 3. Go on with --after back:0@1',
    );
    expect(tellEnd({ ended: 'limit', next: 'on:0@1', progress }, false)).toMatch(/^There may be more: scanned 40,000/);
  });

  it('says that it has looked at everything', () => {
    const all = { ended: 'all', next: null, progress: { scanned: 9, of: 9, found: 0 } } as const;
    expect(tellEnd(all, true)).toBe('That is as far back as Kafka goes: scanned 9 of 9, found 0');
    expect(tellEnd(all, false)).toBe('That is the end of the topic: scanned 9 of 9, found 0');
  });
});

it.each([
  [['nope'], 'Expected one of the topics orders, online_orders'],
  [[], 'got none'],
  [
    ['orders', '--from', 'yesterday'],
    '--from: expected newest, oldest, an offset or an ISO 8601 time, got "yesterday"',
  ],
  [['orders', '--follow', '--from', 'newest'], '--follow goes on from older records to newer ones'],
  [['orders', '--follow', '--after', 'back:0@100,1@7'], '--follow goes on from older records to newer ones'],
  [['orders', '--limit', '501'], '--limit: expected a whole number from 1 to 500'],
  [['orders', '--partition=-1'], '--partition: expected a whole number'],
])('refuses %j before it looks for a stack', async (args, message) => {
  await expect(run(args)).rejects.toThrow(message);
});
