/** What the page asks about dead letters, and does with them. */
import { z } from 'zod';
import { type Reason, reasons } from '#domain/dead-letters.ts';
import { givenText, LONGEST_NAME } from '#domain/given-text.ts';
import { catalogue } from '#domain/streams.ts';
import { fromBytes } from '#operations/bytes.ts';
import { checkValue } from '#operations/letters/check.ts';
import { countLetters, openCounts } from '#operations/letters/counts.ts';
import { letterStates } from '#operations/letters/filter.ts';
import { wholeLetter } from '#operations/letters/letter.ts';
import { listLetters } from '#operations/letters/list.ts';
import { outcomesOf } from '#operations/letters/outcome.ts';
import { planRedrive, TooManyLetters } from '#operations/letters/plan.ts';
import { type RedriveProgress, redrive, redriveInBatches } from '#operations/redrive.ts';
import type { FollowedRedrive, LetterRows, PlannedRedrive, RedriveLine } from '../api.ts';
import { lines } from './answer.ts';
import { type Followed, openPlans } from './plans.ts';
import { Refusal } from './refusal.ts';
import { limit, type Route, route, type Serving, wholeNumber } from './route.ts';

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const filter = {
  reason: z.enum(Object.keys(reasons) as [Reason, ...Reason[]]).optional(),
  topic: z.enum(catalogue.map(({ topic }) => topic)).optional(),
  state: z.enum(letterStates).optional(),
  since: time.optional(),
  until: time.optional(),
  text: z.string().min(1).max(200).optional(),
};

const id = z.int().positive();
const bytes = z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.base64() })]);

/** Letters of a plan at most: it is held in memory until it is carried out. */
const MOST_PLANNED = 100_000;

const ASKS = '/api/dead-letters';

export function letterRoutes(plans = openPlans()): readonly Route[] {
  const counted = openCounts();
  return [
    route({
      ...{ method: 'GET', path: ASKS, right: 'read', operation: listLetters },
      asks: { ...filter, after: wholeNumber.optional(), limit },
      async answer({ after, limit, ...chosen }, { backbone }): Promise<LetterRows> {
        const { rows, next } = await listLetters(backbone, chosen, { after, limit });
        return { rows, next: next === null ? null : String(next) };
      },
    }),
    route({
      ...{ method: 'GET', path: `${ASKS}/counts`, right: 'look', operation: countLetters },
      asks: filter,
      answer: (chosen, { backbone }) => counted(backbone, chosen),
    }),
    route({
      ...{ method: 'GET', path: `${ASKS}/:id`, right: 'read', operation: wholeLetter },
      asks: { id: wholeNumber },
      async answer({ id }, { backbone }) {
        const letter = await wholeLetter(backbone, id);
        if (letter) return letter;
        throw new Refusal(404, 'no_such_letter', `There is no dead letter ${id}.`);
      },
    }),
    route({
      ...{ method: 'POST', path: '/api/check', right: 'read', operation: checkValue },
      asks: { topic: z.enum(catalogue.map(({ topic }) => topic)), value: bytes, key: bytes.nullish() },
      answer: ({ topic, value, key }, { backbone }) =>
        checkValue(backbone, { topic, value: fromBytes(value), key: key && fromBytes(key) }),
    }),
    route({
      ...{ method: 'POST', path: '/api/redrive/plan', right: 'act', operation: planRedrive, command: 'redrive' },
      asks: {
        ids: z.array(id).min(1).max(1_000).optional(),
        filter: z.strictObject(filter).optional(),
      },
      async answer({ ids, filter }, { backbone, signal }): Promise<PlannedRedrive> {
        if ((ids === undefined) === (filter === undefined))
          throw new Refusal(400, 'not_understood', 'Expected either ids or a filter.');
        const plan = await planRedrive(backbone, ids ? { ids } : { filter: filter ?? {} }, {
          most: MOST_PLANNED,
          signal,
        }).catch(refuseTooMany);
        const { ids: planned, ...rest } = plan;
        return { ...rest, ...plans.keep(plan), count: planned.length, highest: planned.at(-1) ?? null };
      },
    }),
    route({
      ...{ method: 'POST', path: '/api/redrive', right: 'act', operation: redrive, command: 'redrive' },
      asks: { plan: z.string().max(100), by: givenText(LONGEST_NAME), value: bytes.optional() },
      answer({ plan, by, value }, { backbone, signal, failed }) {
        if (value && plans.look(plan).ids.length !== 1)
          throw new Refusal(400, 'not_understood', 'Expected a value for one dead letter, got a plan of more or none.');
        const { ids } = plans.carryOut(plan);
        const editedValue = value && fromBytes(value);
        const followed = plans.follow(plan);
        const stop = AbortSignal.any([signal, followed.stop.signal]);
        const before = followed.sent.progress;
        const batches = redriveInBatches(backbone, ids, { by, editedValue, dryRun: false, before, signal: stop });
        return lines(told(batches, followed, failed));
      },
    }),
    route({
      ...{ method: 'GET', path: '/api/redrives/:plan', right: 'read', operation: outcomesOf },
      asks: { plan: z.string().max(100) },
      answer: ({ plan }, { backbone }): Promise<FollowedRedrive> => plans.follow(plan).outcomes(backbone),
    }),
    route({
      ...{ method: 'POST', path: '/api/redrives/:plan/stop', right: 'act', operation: redrive, command: 'redrive' },
      asks: { plan: z.string().max(100) },
      answer({ plan }) {
        const { sent, stop } = plans.follow(plan);
        stop.abort();
        return sent;
      },
    }),
  ];
}

function refuseTooMany(cause: unknown): never {
  if (cause instanceof TooManyLetters) throw new Refusal(400, 'too_many', cause.message, { cause });
  throw cause;
}

/** The answer has begun when a batch fails, so its last line says why. What came of it is noted too, for a page that lost its lines. */
async function* told(
  batches: ReturnType<typeof redriveInBatches>,
  followed: Followed,
  failed: Serving['failed'],
): AsyncGenerator<RedriveLine> {
  let { progress } = followed.sent;
  followed.sent = { is: 'sending', progress };
  const end = (is: 'ended' | 'failed') => {
    if (followed.sent.is === 'sending') followed.sent = { is, progress };
  };
  try {
    for await (const { result: _, ...next } of batches) {
      progress = next;
      followed.sent = { is: 'sending', progress };
      yield progress;
    }
    end('ended');
    yield { ended: followed.stop.signal.aborted ? 'stopped' : 'all' };
  } catch (error) {
    end('failed');
    failed(error);
    yield { failed: (error as Error).message };
  } finally {
    // Who asked has gone.
    end('ended');
  }
}
