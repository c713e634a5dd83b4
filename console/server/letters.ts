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
import { redrive, redriveInBatches } from '#operations/redrive.ts';
import type { FollowedRedrive, LetterRows, PlannedRedrive, RedriveLine } from '../api.ts';
import { lines } from './answer.ts';
import { type Followed, LONGEST_PLAN, MOST_PLANNED } from './plans.ts';
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
const planId = z.string().max(LONGEST_PLAN);
const bytes = z.union([z.strictObject({ text: z.string() }), z.strictObject({ base64: z.base64() })]);

const ASKS = '/api/dead-letters';

export function letterRoutes(): readonly Route[] {
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
      async answer({ ids, filter }, { backbone, plans, signal }): Promise<PlannedRedrive> {
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
      asks: {
        plan: planId,
        from: z.int().nonnegative().default(0),
        by: givenText(LONGEST_NAME),
        value: bytes.optional(),
      },
      answer({ plan, from, by, value }, { backbone, plans, signal, failed }) {
        if (value && plans.look(plan).ids.length !== 1)
          throw new Refusal(400, 'not_understood', 'Expected a value for one dead letter, got a plan of more or none.');
        const { ids, next } = plans.carryOut(plan, from);
        const of = next === null ? from + ids.length : plans.look(plan).ids.length;
        const editedValue = value && fromBytes(value);
        const followed = plans.follow(plan);
        const stop = AbortSignal.any([signal, followed.stop.signal]);
        const before = followed.sent?.progress ?? null;
        const batches = redriveInBatches(backbone, ids, { by, editedValue, dryRun: false, before, signal: stop });
        return lines(told(batches, { followed, failed, from, of, next }));
      },
    }),
    route({
      ...{ method: 'GET', path: '/api/redrives/:plan', right: 'read', operation: outcomesOf },
      asks: { plan: planId },
      answer: ({ plan }, { backbone, plans }): Promise<FollowedRedrive> => plans.follow(plan).outcomes(backbone),
    }),
    route({
      ...{ method: 'POST', path: '/api/redrives/:plan/stop', right: 'act', operation: redrive, command: 'redrive' },
      asks: { plan: planId },
      answer({ plan }, { plans }) {
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

interface Told extends Pick<Serving, 'failed'> {
  readonly followed: Followed;
  /** Of the plan's letters, `of` in all: the first of this request, and the first of the next one. */
  readonly from: number;
  readonly of: number;
  readonly next: number | null;
}

/** The answer has begun when a batch fails, so its last line says why. What came of it is noted too, for a page that lost its lines. */
async function* told(
  batches: ReturnType<typeof redriveInBatches>,
  { followed, failed, from, of, next }: Told,
): AsyncGenerator<RedriveLine> {
  let progress = followed.sent?.progress ?? null;
  followed.sent = { is: 'sending', progress };
  const end = (is: 'ended' | 'failed') => {
    if (followed.sent?.is === 'sending') followed.sent = { is, progress };
  };
  try {
    for await (const { result: _, ...batch } of batches) {
      progress = { ...batch, of, done: from + batch.done };
      followed.sent = { is: 'sending', progress };
      yield progress;
    }
    end('ended');
    if (followed.stop.signal.aborted) yield { ended: 'stopped' };
    else yield next === null ? { ended: 'all' } : { ended: 'batch', next };
  } catch (error) {
    end('failed');
    failed(error);
    yield { failed: (error as Error).message };
  } finally {
    // Who asked has gone.
    end('ended');
  }
}
