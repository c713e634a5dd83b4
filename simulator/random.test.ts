import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

const many = <T>(make: () => T, count = 20_000) => Array.from({ length: count }, make);

test('the same seed gives the same choices, another seed others', () => {
  const uuids = (seed: string | number) => many(createRandom(seed).uuid, 10);
  expect(uuids(7)).toEqual(uuids(7));
  expect(uuids(7)).not.toEqual(uuids(8));
  expect(uuids('orders:7')).not.toEqual(uuids('orders:70'));
  // Fixed, since another machine or version of Node must choose the same.
  expect(uuids(7)[0]).toBe('a14048c2-0b8e-421c-84d9-2bfa82b0f5ec');
});

test('UUIDs have version 4 and never repeat', () => {
  const uuids = many(createRandom(1).uuid);
  expect(new Set(uuids).size).toBe(uuids.length);
  for (const uuid of uuids)
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('choices are as frequent as they should be', () => {
  const random = createRandom(3);
  const share = (hits: boolean[]) => hits.filter(Boolean).length / hits.length;
  expect(share(many(() => random.chance(0.2)))).toBeCloseTo(0.2, 1);
  expect(share(many(() => random.chance(0)))).toBe(0);
  expect(share(many(() => random.chance(1)))).toBe(1);
  expect(share(many(() => random.pick(['a', 'b']) === 'a'))).toBeCloseTo(0.5, 1);
  const items = [
    { name: 'rare', weight: 1 },
    { name: 'common', weight: 3 },
    { name: 'never', weight: 0 },
  ];
  const names = many(() => random.weighted(items).name);
  expect(share(names.map((name) => name === 'common'))).toBeCloseTo(0.75, 1);
  expect(names).not.toContain('never');
  const dice = new Set(many(() => random.integer(1, 6)));
  expect([...dice].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  const normal = many(random.normal);
  expect(normal.reduce((sum, one) => sum + one) / normal.length).toBeCloseTo(0, 1);
  expect(normal.reduce((sum, one) => sum + one * one) / normal.length).toBeCloseTo(1, 1);
});

test('choosing from an empty list fails', () => {
  expect(() => createRandom(1).pick([])).toThrow('an empty one');
});
