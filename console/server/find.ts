/** What the page asks about an id. */
import { givenText } from '#domain/given-text.ts';
import type { Backbone } from '#operations/backbone.ts';
import { LONGEST_ID, type Place } from '#operations/trace/place.ts';
import { trace } from '#operations/trace/trace.ts';
import type { TraceLine } from '../api.ts';
import { lines } from './answer.ts';
import { type Route, route, type Serving } from './route.ts';

export const findRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/trace', right: 'read', operation: trace },
    asks: { id: givenText(LONGEST_ID) },
    answer: ({ id }, { backbone, failed }) => lines(told(backbone, id, failed)),
  }),
];

/** How far it has come, the latest only, and at last what it found. */
async function* told(backbone: Backbone, id: string, failed: Serving['failed']): AsyncGenerator<TraceLine> {
  let progress: { read: number; objects: number } | undefined;
  let moved = Promise.withResolvers<void>();
  const ended: Promise<{ readonly places: Place[] } | { readonly failed: string }> = trace(
    backbone,
    id,
    (read, objects) => {
      progress = { read, objects };
      moved.resolve();
    },
  ).then(
    (places) => ({ places }),
    (error: unknown) => {
      failed(error);
      return { failed: (error as Error).message };
    },
  );
  for (;;) {
    const end = await Promise.race([ended, moved.promise]);
    if (end) return yield 'places' in end ? { ended: true, ...end } : end;
    moved = Promise.withResolvers();
    if (progress) yield progress;
  }
}
