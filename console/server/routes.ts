/** Everything that the page can ask, in one table. A route without the right for it is not there. */
import { z } from 'zod';
import { openPulse } from '#operations/open-pulse.ts';
import type { History } from '../api.ts';
import { connectRoutes } from './connect.ts';
import { eventStream } from './events.ts';
import { findRoutes } from './find.ts';
import { lakeRoutes } from './lake.ts';
import { letterRoutes } from './letters.ts';
import { lossRoutes } from './losses.ts';
import { messageRoutes } from './messages.ts';
import { paymentRoutes } from './payments.ts';
import { proofRoutes } from './proof.ts';
import { questionRoutes } from './questions.ts';
import { type Route, route, wholeNumber } from './route.ts';
import { runRoutes } from './runs.ts';
import { stockRoutes } from './stock.ts';

/** Figures of the history, as the pulse names them: `rate.orders,p95.lake`. */
const names = z
  .string()
  .max(2_000)
  .transform((text) => text.split(','))
  .pipe(z.array(z.string()).max(50));

/** Seconds. */
const step = wholeNumber.pipe(z.number().min(1).max(3_600));

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
    ...{ method: 'GET', path: '/api/pulse', right: 'look', operation: openPulse },
    asks: {},
    answer: async (_, { pulse }) => (await pulse.look()).pulse,
  }),
  route({
    ...{ method: 'GET', path: '/api/history', right: 'look', operation: openPulse },
    asks: { of: names, from: wholeNumber.optional(), to: wholeNumber.optional(), step: step.optional() },
    answer: ({ of, ...range }, { pulse }): History => pulse.history.read(of, range),
  }),
  ...findRoutes,
  ...messageRoutes,
  ...letterRoutes(),
  ...proofRoutes(),
  ...lossRoutes,
  ...stockRoutes,
  ...questionRoutes,
  ...paymentRoutes(),
  ...lakeRoutes,
  ...runRoutes,
  ...connectRoutes(),
];
