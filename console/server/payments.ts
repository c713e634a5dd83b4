/** What the page asks about the payments. */
import { openHours } from '#operations/payments/hours.ts';
import { lookAtPayments } from '#operations/payments/look.ts';
import { type Route, route } from './route.ts';

export function paymentRoutes(hours = openHours()): readonly Route[] {
  return [
    route({
      ...{ method: 'GET', path: '/api/payments', right: 'look', operation: lookAtPayments },
      asks: {},
      answer: (_, { backbone }) => lookAtPayments(backbone, hours),
    }),
  ];
}
