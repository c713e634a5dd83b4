import { randomInt } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { carriedPlans } from './carried-plans.ts';

const planOf = (ids: readonly number[]) => ({
  ...{ ids, byTopic: {}, oldest: null, newest: null, refusedAgain: {}, already: 0, tooLarge: 0 },
});
const NOW = Date.UTC(2026, 10, 30, 12);

/** All batches of a plan, as the page asks for them. */
function batches(plan: string, plans = carriedPlans(() => NOW)): (readonly number[])[] {
  const all: (readonly number[])[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const { ids, next } = plans.carryOut(plan, from);
    all.push(ids);
    from = next;
  }
  return all;
}

test('another instance carries a plan out, batch by batch', () => {
  const ids = Array.from({ length: 2_500 }, (_, at) => 9_999_999_000 + 3 * at);
  const { plan, until } = carriedPlans(() => NOW).keep(planOf(ids));
  expect(until).toBe('2026-11-30T12:10:00.000Z');
  const sent = batches(plan);
  expect(sent.map(({ length }) => length)).toEqual([1_000, 1_000, 500]);
  expect(sent.flat()).toEqual(ids);
  expect(carriedPlans(() => NOW).look(plan).ids).toEqual(ids);
});

test.each([1, 127, 128, 16_384, Number.MAX_SAFE_INTEGER])('the letter %d stays what it is', (id) => {
  const { plan } = carriedPlans(() => NOW).keep(planOf([id]));
  expect(batches(plan)).toEqual([[id]]);
});

test('a hundred thousand letters of one outage are one plan; as many that lie apart are refused', () => {
  const plans = carriedPlans(() => NOW);
  const together = Array.from({ length: 100_000 }, (_, at) => at + 1);
  expect(batches(plans.keep(planOf(together)).plan)).toHaveLength(100);
  const apart = together.map((id) => id * 1_000 + randomInt(1_000));
  expect(() => plans.keep(planOf(apart))).toThrow('too many here');
});

test('it is begun within ten minutes, and then goes on', () => {
  let now = NOW;
  const plans = carriedPlans(() => now);
  const { plan } = plans.keep(planOf(Array.from({ length: 1_001 }, (_, at) => at + 1)));
  now += 600_001;
  expect(() => plans.carryOut(plan, 0)).toThrow('older than 10 minutes');
  expect(plans.carryOut(plan, 1_000)).toEqual({ ids: [1_001], next: null });
  expect(plans.follow(plan).sent).toBe(null);
});

test.each([
  ['', 'nothing'],
  ['1.', 'no letters'],
  ['nonsense', 'no time'],
  ['1.AAAA', 'what does not unpack'],
  [
    `zzzzzzzzz.${
      carriedPlans(() => NOW)
        .keep(planOf([1]))
        .plan.split('.')[1]
    }`,
    'a plan of the future',
  ],
  [carriedPlans(() => NOW).keep(planOf([1, 1])).plan, 'a letter twice'],
])('%j is no plan: %s', (plan) => {
  expect(() => carriedPlans(() => NOW).look(plan)).toThrow('This is no plan.');
});

test('what would unpack to more memory than a plan has is none', () => {
  const bomb = deflateRawSync(Buffer.alloc(50_000_000, 1)).toString('base64url');
  expect(() => carriedPlans(() => NOW).look(`1.${bomb}`)).toThrow('This is no plan.');
});
