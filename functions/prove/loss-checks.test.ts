import { expect, it } from 'vitest';
import { lossChecks } from './loss-checks.ts';

const range = (firstOffset: number, lastOffset: number, partition = 0) => ({
  topic: 'orders',
  partition,
  firstOffset,
  lastOffset,
});
const kafka = [0, 1].map((partition) => ({ partition, earliest: 100, latest: 200 }));
const lost = [range(10, 19), range(40, 44, 1)];
const prove = (losses = lost, acknowledged: typeof lost = [], offsets = kafka) =>
  lossChecks('orders', { losses, acknowledged }, offsets);

it('shows both checks where nothing is lost', () => {
  expect(prove([])).toEqual([
    { name: 'orders: records lost, not acknowledged', balanced: true, expected: 0, actual: 0, where: [] },
    { name: 'orders: records lost, acknowledged', balanced: true, expected: 0, actual: 0, where: [] },
  ]);
});

it('fails for a loss until it is acknowledged, and shows it ever after', () => {
  expect(prove()).toMatchObject([
    {
      balanced: false,
      actual: 15,
      where: ['orders partition 0 offsets 10-19: lost', 'orders partition 1 offsets 40-44: lost'],
    },
    { balanced: true, expected: 0, actual: 0 },
  ]);
  expect(prove(lost, [range(10, 19)])).toMatchObject([
    { balanced: false, actual: 5, where: ['orders partition 1 offsets 40-44: lost'] },
    { balanced: true, expected: 10, actual: 10 },
  ]);
  expect(prove(lost, lost)).toMatchObject([
    { balanced: true, actual: 0 },
    { balanced: true, expected: 15, actual: 15, where: [] },
  ]);
});

it.each([
  ['of nothing', range(50, 59), 'orders partition 0 offsets 50-59'],
  ['of another partition', range(10, 19, 1), 'orders partition 1 offsets 10-19'],
  ['of more than was lost', range(10, 29), 'orders partition 0 offsets 10-29'],
  ['of a part of it', range(10, 14), 'orders partition 0 offsets 10-14'],
])('names an acknowledgement %s, which hides nothing', (_, planted, where) => {
  const size = planted.lastOffset - planted.firstOffset + 1;
  expect(prove(lost, [planted])).toMatchObject([
    { balanced: false, actual: 15 },
    {
      balanced: false,
      expected: size,
      actual: 0,
      where: [`${where}: acknowledged as lost, but that is no recorded loss`],
    },
  ]);
});

it('names an acknowledged loss if Kafka still has any record of it, even the last', () => {
  const from = (earliest: number) => [{ partition: 0, earliest, latest: 200 }];
  const both = (earliest: number) => prove([range(10, 19)], [range(10, 19)], from(earliest));
  expect(both(0)[1]).toMatchObject({
    balanced: false,
    expected: 10,
    actual: 0,
    where: ['orders partition 0 offsets 10-19: acknowledged as lost, but Kafka still has it from offset 10 on'],
  });
  expect(both(19)[1]).toMatchObject({ where: [expect.stringContaining('from offset 19 on')] });
  expect(both(20)[1]).toMatchObject({ balanced: true, expected: 10, actual: 10 });
});
