/** What the page asks about losses, and does with them. */
import { z } from 'zod';
import { givenText, LONGEST_NAME, LONGEST_REASON } from '#domain/given-text.ts';
import { acknowledgeLosses, type Loss, listLosses } from '#operations/losses.ts';
import type { ListedLoss, Losses } from '../api.ts';
import { limit, type Route, route } from './route.ts';

export const lossRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/losses', right: 'look', operation: listLosses },
    asks: { limit },
    async answer({ limit }, { backbone }): Promise<Losses> {
      const { rows, counts } = await listLosses(backbone, { limit });
      return { rows: rows.map(asListed), counts };
    },
  }),
  route({
    ...{ method: 'POST', path: '/api/losses/acknowledge', right: 'act' },
    ...{ operation: acknowledgeLosses, command: 'losses' },
    asks: {
      ids: z.array(z.int().positive()).min(1).max(1_000),
      by: givenText(LONGEST_NAME),
      reason: givenText(LONGEST_REASON),
      dryRun: z.boolean().default(false),
    },
    answer: ({ ids, ...how }, { backbone }) => acknowledgeLosses(backbone, ids, how),
  }),
];

const asListed = ({ noticed_at, acknowledged_at, ...loss }: Loss): ListedLoss => ({
  ...loss,
  noticed_at: noticed_at.toISOString(),
  acknowledged_at: acknowledged_at?.toISOString() ?? null,
});
