import { expect, test } from 'vitest';
import { faultsOf } from './inspect.ts';

const wanted = [
  { topic: 'orders', partitions: 6 },
  { topic: 'products', partitions: 2, cleanup: 'compact' },
] as const;
const found = [
  { topic: 'orders', partitions: 6, cleanup: 'delete' },
  { topic: 'products', partitions: 2, cleanup: 'compact' },
];
const at = { bootstrapServers: 'broker:9092' };
const changed = (topic: string, change: object) =>
  found.map((each) => (each.topic === topic ? { ...each, ...change } : each));

test('topics that are as they are asked for have no fault', () => {
  expect(faultsOf(wanted, found, at)).toEqual([]);
  expect(faultsOf(wanted, [], at)).toEqual([]);
});

test('what functions write is described in the catalogue itself', () => {
  const dlq = { topic: 'dlq', partitions: 3, cleanup: 'delete' };
  expect(faultsOf([{ topic: 'dlq', partitions: 1 }], [dlq], at)).toEqual([
    'topic dlq has 3 partitions, expected 1: set its partitions in domain/streams.ts to 3',
  ]);
});

test.each([
  [
    'orders',
    { partitions: 3 },
    /^topic orders has 3 partitions, expected 6: .* --alter --topic orders --partitions 6$/,
  ],
  [
    'orders',
    { partitions: 12 },
    /^topic orders has 12 partitions, expected 6: set its partitions in domain\/streams\/ to 12$/,
  ],
  [
    'orders',
    { cleanup: 'compact' },
    /^topic orders has cleanup\.policy=compact, expected delete, since every record counts/,
  ],
  [
    'products',
    { cleanup: 'compact,delete' },
    /expected compact, .*: kafka-configs\.sh .* --add-config cleanup\.policy=compact$/,
  ],
])('%s with %j is told with what mends it', (topic, change, said) => {
  expect(faultsOf(wanted, changed(topic, change), at)).toEqual([expect.stringMatching(said)]);
});
