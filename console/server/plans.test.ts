import { expect, test } from 'vitest';
import type { Backbone } from '#operations/backbone.ts';
import { openPlans } from './plans.ts';

const plan = { ids: [1], byTopic: {}, oldest: null, newest: null, refusedAgain: {}, already: 0, tooLarge: 0 };

test('a plan is carried out once, within ten minutes, and can be looked at longer', () => {
  let now = 0;
  const plans = openPlans(() => now);
  const first = plans.keep(plan);
  const second = plans.keep(plan);
  expect(first.until).toBe('1970-01-01T00:10:00.000Z');
  expect(plans.carryOut(first.plan, 0)).toEqual({ ids: plan.ids, next: null });
  expect(() => plans.carryOut(first.plan, 0)).toThrow('was carried out before');
  now = 600_001;
  expect(() => plans.carryOut(second.plan, 0)).toThrow('older than 10 minutes');
  expect(plans.look(first.plan)).toBe(plan);
  now = 3_600_001;
  expect(() => plans.look(first.plan)).toThrow('not known any more');
  expect(() => plans.carryOut('other', 0)).toThrow('not known any more');
});

test('however many are made, few are kept', () => {
  const plans = openPlans();
  const [first, ...rest] = Array.from({ length: 51 }, () => plans.keep(plan));
  expect(() => plans.look(first?.plan ?? '')).toThrow('not known');
  for (const { plan: id } of rest) expect(plans.look(id)).toBe(plan);
});

test('whoever asks what became of a plan shares one look, which says how far it was before', async () => {
  const plans = openPlans();
  const followed = plans.follow(plans.keep(plan).plan);
  const looks: ((answer: { rows: never[] }) => void)[] = [];
  const backbone = { pool: { query: () => new Promise((answer) => looks.push(answer)) } } as unknown as Backbone;
  followed.sent = { is: 'sending', progress: null };
  const asked = [followed.outcomes(backbone), followed.outcomes(backbone)];
  followed.sent = { is: 'ended', progress: null };
  await expect.poll(() => looks.length).toBe(1);
  looks[0]?.({ rows: [] });
  await expect.poll(() => looks.length).toBe(2);
  looks[1]?.({ rows: [] });
  const [first, second] = await Promise.all(asked);
  expect(second).toBe(first);
  expect(first?.sent).toEqual({ is: 'sending', progress: null });
});
