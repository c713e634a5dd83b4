/** What the page asks about topics and their records. */
import { z } from 'zod';
import { catalogue, topics } from '#domain/streams.ts';
import { browse, NoSuchPlace } from '#operations/records/browse.ts';
import { FilterError } from '#operations/records/filter.ts';
import { readFrom } from '#operations/records/from.ts';
import { lookAt } from '#operations/records/record.ts';
import { lastDeliveries } from '#operations/streams/last-deliveries.ts';
import { lookAtStream } from '#operations/streams/partitions.ts';
import { lines } from './answer.ts';
import { Refusal } from './refusal.ts';
import { limit, type Route, route, type Serving, wholeNumber } from './route.ts';

/** A search that finds nothing gives up, and says how far it came: whoever still wants it goes on from there. */
const GIVES_UP_AFTER_MS = 60_000;

const DELIVERIES = 50;

const topic = z.enum(topics.map(({ topic }) => topic));
const consumed = z.enum(catalogue.map(({ topic }) => topic));

const from = z.string().transform((text, context) => {
  const read = readFrom(text);
  if (read !== undefined) return read;
  context.addIssue({
    code: 'custom',
    message: `expected newest, oldest, live, an offset or an ISO 8601 time, got ${text}`,
  });
  return z.NEVER;
});

export const messageRoutes: readonly Route[] = [
  route({
    ...{ method: 'GET', path: '/api/messages/:topic', right: 'read', operation: browse },
    asks: {
      topic,
      from: from.default('newest'),
      partition: wholeNumber.optional(),
      filter: z.string().max(1_000).optional(),
      after: z.string().max(1_000).optional(),
      limit,
    },
    async answer(request, { backbone, signal, failed }) {
      const stop = AbortSignal.any([signal, AbortSignal.timeout(GIVES_UP_AFTER_MS)]);
      return lines(await begun(browse(backbone, request, stop), failed));
    },
  }),
  route({
    ...{ method: 'GET', path: '/api/records/:topic/:partition/:offset', right: 'read', operation: lookAt },
    asks: { topic, partition: wholeNumber, offset: wholeNumber },
    answer: (where, { backbone }) => lookAt(backbone, where).catch(refuseWhatIsNotThere),
  }),
  route({
    ...{ method: 'GET', path: '/api/streams/:topic', right: 'look', operation: lookAtStream },
    asks: { topic },
    answer: ({ topic }, { backbone }) => lookAtStream(backbone, topic),
  }),
  route({
    ...{ method: 'GET', path: '/api/streams/:topic/deliveries', right: 'look', operation: lastDeliveries },
    asks: { topic: consumed },
    async answer({ topic }, { backbone }) {
      const stream = catalogue.find((each) => each.topic === topic);
      const rows = stream ? await lastDeliveries(backbone, stream, DELIVERIES) : [];
      return { rows: rows.slice(0, DELIVERIES), next: null };
    },
  }),
];

/**
 * Waits for the first step, so that what was wrong with the question is a refusal; later the answer has begun, and its last line says
 * what failed.
 */
async function begun<Step>(
  steps: AsyncGenerator<Step>,
  failed: Serving['failed'],
): Promise<AsyncIterable<Step | { failed: string }>> {
  const first = await steps.next().catch(refuseWhatIsNotThere);
  return (async function* () {
    try {
      if (!first.done) yield first.value;
      yield* steps;
    } catch (error) {
      failed(error);
      yield { failed: (error as Error).message };
    } finally {
      // Who stops at the first step never reaches `yield*`, which would have ended it.
      await steps.return(undefined);
    }
  })();
}

function refuseWhatIsNotThere(cause: unknown): never {
  if (cause instanceof FilterError) throw new Refusal(400, 'not_understood', cause.message, { cause });
  if (cause instanceof NoSuchPlace) throw new Refusal(404, 'not_found', cause.message, { cause });
  throw cause;
}
