/** Every operation that may be asked, with what its arguments must be: nothing else runs where the backbone is. */
import * as z from 'zod';
import { type Reason, reasons } from '#domain/dead-letters.ts';
import { catalogue, topics } from '#domain/streams.ts';
import { askByName } from '../ask.ts';
import type { Backbone } from '../backbone.ts';
import { estimateCost } from '../cost.ts';
import { countDeadLetters, deadLetter, deadLetters, unsentLetters } from '../dead-letters.ts';
import { lookAtLake } from '../lake/days.ts';
import { readObject, verifyObject } from '../lake/object.ts';
import { listObjects } from '../lake/objects.ts';
import { zoneNames } from '../lake/zones.ts';
import { lookUp, valueInKafka } from '../left-out.ts';
import { checkValue } from '../letters/check.ts';
import { countLetters } from '../letters/counts.ts';
import { type LetterFilter, letterStates } from '../letters/filter.ts';
import { wholeLetter } from '../letters/letter.ts';
import { listLetters } from '../letters/list.ts';
import { outcomesOf } from '../letters/outcome.ts';
import { planRedrive } from '../letters/plan.ts';
import { listLosses, losses } from '../losses.ts';
import { lookAtPayments } from '../payments/look.ts';
import { progress } from '../progress.ts';
import { readProofs, readStanding, wholeProof } from '../proofs.ts';
import { type Readings, readPulse, recallPulse } from '../pulse/asked.ts';
import { browseFor } from '../records/browse.ts';
import { lookAt } from '../records/record.ts';
import { readReportFiles, storedReport } from '../report.ts';
import { broughtByRuns } from '../runs/brought.ts';
import { RUNS_SHOWN } from '../runs/run.ts';
import { listMovements } from '../stock/movements.ts';
import { lookAtProduct } from '../stock/product.ts';
import { listProducts, stockStates } from '../stock/products.ts';
import { lastDeliveries } from '../streams/last-deliveries.ts';
import { lookAtStream } from '../streams/partitions.ts';
import { trace } from '../trace/trace.ts';
import { readWritten } from '../written.ts';

/** What answers: a backbone whose parts can be reached, and which remembers what a pulse needs from one look to the next. */
export type Answering = Backbone & { readings(): Promise<Readings> };

interface Entry {
  readonly name: string;
  /** A schema for each argument; others, such as who hears of progress, stay where the question comes from. */
  readonly args: readonly z.ZodType[];
  run(backbone: Answering, args: readonly unknown[]): Promise<unknown>;
}

/** @param args keys that a schema doesn't name are left out where it is asked, and refused where it is answered (answer.ts) */
function entry<Args extends readonly unknown[]>(
  operation: (backbone: Answering, ...args: Args) => Promise<unknown>,
  ...args: readonly z.ZodType[]
): Entry {
  return { name: operation.name, args, run: (backbone, given) => operation(backbone, ...(given as unknown as Args)) };
}

const whole = z.int().nonnegative();
const topic = z.enum(topics.map(({ topic }) => topic));
const reason = z.enum(Object.keys(reasons) as [Reason, ...Reason[]]);
const zone = z.enum(zoneNames);
const day = z.iso.date();
const key = z.string().max(1_024);
const product = z.string().max(200);
const place = z.string().max(1_000);
const bytes = z.instanceof(Uint8Array);
const time = z.date();
const where = z.object({ topic, partition: whole, offset: whole });
const letter = z.object({ id: whole, topic, partition: whole, offset: whole, reason });
const filter = z.object({
  reason: reason.optional(),
  topic: topic.optional(),
  state: z.enum(letterStates).optional(),
  since: time.optional(),
  until: time.optional(),
  text: z.string().max(1_000).optional(),
} satisfies Record<keyof LetterFilter, z.ZodType>);
const page = z.object({ after: whole.optional(), limit: whole });
const ids = z.array(whole).max(1_000_000);
const from = z.union([z.literal(['newest', 'oldest', 'end']), z.object({ offset: whole }), z.object({ time })]);
const search = z.object({
  ...{ topic, from, partition: whole.optional(), limit: whole.max(500) },
  filter: z.string().max(1_000).optional(),
  after: z.string().max(1_000).optional(),
});

export const operations: ReadonlyMap<string, Entry> = new Map(
  [
    entry(askByName, z.string().max(100)),
    entry(broughtByRuns, z.array(z.string().max(250)).max(RUNS_SHOWN)),
    entry(browseFor, search, whole.max(60_000)),
    entry(checkValue, z.object({ topic, value: bytes.nullable(), key: bytes.nullish() })),
    entry(countDeadLetters),
    entry(countLetters, filter),
    entry(deadLetter, whole),
    entry(estimateCost, z.number().nonnegative().optional()),
    entry(deadLetters, filter, page),
    entry(
      lastDeliveries,
      z.object({ consumer: z.enum(catalogue.map(({ consumer }) => consumer)), topic }),
      whole.max(1_000),
    ),
    entry(listLetters, filter, page),
    entry(listLosses, z.object({ limit: whole })),
    entry(listObjects, zone, day, z.object({ after: key.optional(), limit: whole })),
    entry(lookAtLake, zone, day.optional()),
    entry(readObject, key),
    entry(verifyObject, key),
    entry(lookAt, where),
    entry(lookAtStream, topic),
    entry(lookUp, letter),
    entry(listMovements, z.object({ product, after: place.optional(), limit: whole })),
    entry(
      listProducts,
      z.object({
        state: z.enum(stockStates).optional(),
        text: place.optional(),
        after: place.optional(),
        limit: whole,
      }),
    ),
    entry(lookAtPayments),
    entry(lookAtProduct, z.object({ product, seconds: whole.optional() })),
    entry(losses),
    entry(outcomesOf, ids),
    entry(
      planRedrive,
      z.union([z.object({ ids }), z.object({ filter })]),
      z.object({ most: whole.optional() }).optional(),
    ),
    entry(progress),
    entry(readProofs, z.object({ limit: whole, after: whole.optional(), before: whole.nullish() })),
    entry(readStanding, z.object({ before: whole.nullish() }).optional()),
    entry(readPulse),
    entry(readReportFiles, z.array(z.string().regex(/^reports\//)).max(10)),
    entry(readWritten),
    entry(recallPulse),
    entry(storedReport, day),
    entry(trace, z.string().max(1_000)),
    entry(unsentLetters, filter),
    entry(valueInKafka, letter),
    entry(wholeLetter, whole),
    entry(wholeProof, z.object({ id: whole.nullish() }).optional()),
  ].map((each) => [each.name, each]),
);
