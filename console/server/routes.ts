/** Everything that the page can ask, in one table. A route without the right for it is not there. */
import { z } from 'zod';
import { readProofs } from '#operations/proofs.ts';
import type { Proofs } from '../api.ts';
import { eventStream } from './events.ts';
import { limit, type Route, route } from './route.ts';

export const routes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/session', right: 'look', operation: null },
    asks: {},
    answer: (_, { session }) => session,
  }),
  route({
    ...{ method: 'GET', path: '/api/live', right: 'look', operation: null },
    asks: { after: z.string().max(100).optional() },
    answer: ({ after }, { live, lastEvent, signal }) => eventStream(live, { after: after ?? lastEvent, signal }),
  }),
  route({
    ...{ method: 'GET', path: '/api/proofs', right: 'look', operation: readProofs },
    asks: { limit },
    answer: async (asked, { backbone }): Promise<Proofs> => ({ rows: await readProofs(backbone, asked), next: null }),
  }),
];
