import { expect, it } from 'vitest';
import type { Backbone } from '#operations/backbone.ts';
import { saysThatItGoesOn } from '../team/backbone.ts';
import { proofRoutes } from './proof.ts';
import type { Serving } from './route.ts';

const late = Object.assign(new Error('x'), { name: 'TimeoutError' });

it('one of several servers keeps nothing of a proof, and says that it goes on if it can’t wait for it', async () => {
  const routes = proofRoutes();
  const answer = (path: string, asked: object) =>
    routes
      .find((each) => each.path === path)
      ?.answer({ ...asked }, {
        session: { live: false },
        backbone: { invoke: () => Promise.reject(late).catch(saysThatItGoesOn('prove')) } as Partial<Backbone>,
      } as unknown as Serving);
  await expect(answer('/api/prove', { depth: 'kafka' })).rejects.toMatchObject({ status: 503, code: 'goes_on' });
  expect(await answer('/api/proving', {})).toEqual({ underway: null, failed: null });
});

it('what fails for another reason is told as it is', () => {
  expect(() => saysThatItGoesOn('prove')(new Error('off'))).toThrow('off');
});
