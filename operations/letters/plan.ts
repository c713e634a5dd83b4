/** What sending dead letters back would do, before it is done: which letters, and how many would only be refused again. */
import { cutBySize } from '#adapters/kafka/batches.ts';
import { type Reason, reasons } from '#domain/dead-letters.ts';
import { wholeReader } from '#domain/event-reader.ts';
import { catalogue, inventoryStreams } from '#domain/streams.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { type HeadersJson, headersFrom } from '../bytes.ts';
import { conditionsOf, holding, type LetterFilter, NOT_SENT } from './filter.ts';
import { productsAmong } from './first-of-its-id.ts';
import { LETTERS, LETTERS_AND_FATES } from './query.ts';

export interface RedrivePlan {
  /** The letters that it sends, the oldest first: none that came since is among them. */
  readonly ids: readonly number[];
  readonly byTopic: Readonly<Record<string, number>>;
  /** ISO 8601, UTC; null if there are no letters. */
  readonly oldest: string | null;
  readonly newest: string | null;
  /** How many of them today's reader and stores would refuse again, by reason. */
  readonly refusedAgain: Readonly<Partial<Record<Reason, number>>>;
  /** Letters that were chosen and are not in the plan: sent back before, or too large to be sent unchanged. */
  readonly already: number;
  readonly tooLarge: number;
}

export interface PlanOptions {
  /** Letters that it may have; undefined: however many there are. */
  readonly most?: number;
  readonly signal?: AbortSignal;
}

/** More letters were chosen than a plan may have: which a person can correct. */
export class TooManyLetters extends Error {
  override readonly name = 'TooManyLetters';
}

/** Letters that are looked through for a text at a time: no index has their bytes, and a statement may take 5 s. */
const SEARCHED_AT_ONCE = 20_000;

/** Bytes of values that are read to be judged at a time. */
const JUDGED_AT_ONCE = 8 << 20;

/** @throws TooManyLetters; or the signal's reason, once it has stopped */
export const planRedrive = askable(
  'planRedrive',
  async (
    { pool }: Pick<Backbone, 'pool'>,
    chosen: { readonly ids: readonly number[] } | { readonly filter: LetterFilter },
    { most = Number.MAX_SAFE_INTEGER - 1, signal }: PlanOptions = {},
  ): Promise<RedrivePlan> => {
    const limits = { most, signal };
    const found = 'ids' in chosen ? await lettersWith(pool, chosen.ids) : await lettersOf(pool, chosen.filter, limits);
    if (found.length > most)
      throw new TooManyLetters(
        `Expected at most ${most} dead letters at once, got more. Choose fewer, such as by the time in which they came.`,
      );
    const letters = found.filter(({ unsent, reason }) => unsent && reason !== 'too_large');
    const times = letters.map(({ failedAt }) => failedAt.getTime());
    const at = (time: number) => (times.length > 0 ? new Date(time).toISOString() : null);
    const topics = Map.groupBy(letters, ({ topic }) => topic);
    return {
      ids: letters.map(({ id }) => id),
      byTopic: Object.fromEntries([...topics].map(([topic, some]) => [topic, some.length])),
      oldest: at(times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY)),
      newest: at(times.reduce((most, time) => Math.max(most, time), 0)),
      refusedAgain: await refusedAgain(pool, letters, signal),
      already: found.filter(({ unsent }) => !unsent).length,
      tooLarge: found.filter(({ unsent, reason }) => unsent && reason === 'too_large').length,
    };
  },
);

interface Planned {
  readonly id: number;
  readonly topic: string;
  readonly reason: Reason;
  readonly failedAt: Date;
  readonly bytes: number;
  readonly unsent: boolean;
}

const COLUMNS = `select
  letter.dead_letter_id as id, letter.topic, letter.reason, letter.failed_at as "failedAt",
  coalesce(octet_length(letter.record_value), 0) as bytes, redrive.redrive_id is null as unsent`;

async function lettersWith(pool: Backbone['pool'], ids: readonly number[]): Promise<Planned[]> {
  const query = `${COLUMNS} ${LETTERS} where letter.dead_letter_id = any($1) order by id`;
  return (await pool.query<Planned>(query, [ids])).rows;
}

/** Those that were not sent back. One more than a plan may have tells that it is too many. */
async function lettersOf(
  pool: Backbone['pool'],
  { text, state, ...filter }: LetterFilter,
  { most, signal }: { readonly most: number; readonly signal: AbortSignal | undefined },
): Promise<Planned[]> {
  const { sql, parameters } = conditionsOf(filter);
  const other = state === undefined || state === 'new' ? '' : conditionsOf({ state }).sql;
  const select = (where: string, values: readonly unknown[], limit: number) =>
    pool.query<Planned>(
      `${COLUMNS} ${other ? LETTERS_AND_FATES : LETTERS}
       where ${NOT_SENT} ${sql} ${other} ${where}
       order by id
       limit ${limit}`,
      [...parameters, ...values],
    );
  if (text === undefined) return (await select('', [], most + 1)).rows;

  const found: Planned[] = [];
  const [first, last, searched] = [1, 2, 3].map((nth) => parameters.length + nth) as [number, number, number];
  for (let after = 0, end = await endOfWindow(pool, after); end !== null; end = await endOfWindow(pool, after)) {
    signal?.throwIfAborted();
    const within = `and letter.dead_letter_id > $${first} and letter.dead_letter_id <= $${last} ${holding(searched)}`;
    found.push(...(await select(within, [after, end, text], most + 1 - found.length)).rows);
    if (found.length > most) break;
    after = end;
  }
  return found;
}

/** The last letter of those that are looked through together; null behind the last of all. */
async function endOfWindow(pool: Backbone['pool'], after: number): Promise<number | null> {
  const { rows } = await pool.query<{ last: number | null }>(
    `select max(dead_letter_id) as last
     from (
       select dead_letter_id from ledger.dead_letters
       where dead_letter_id > $1
       order by dead_letter_id
       limit ${SEARCHED_AT_ONCE}
     ) as searched`,
    [after],
  );
  return rows[0]?.last ?? null;
}

async function refusedAgain(
  pool: Backbone['pool'],
  letters: readonly Planned[],
  signal: AbortSignal | undefined,
): Promise<RedrivePlan['refusedAgain']> {
  const counts: Partial<Record<Reason, number>> = {};
  for (const some of cutBySize(letters, JUDGED_AT_ONCE, ({ bytes }) => bytes + 200)) {
    signal?.throwIfAborted();
    for (const reason of await refusals(pool, some)) counts[reason] = (counts[reason] ?? 0) + 1;
  }
  const inOrder = (Object.keys(reasons) as Reason[]).filter((reason) => counts[reason] !== undefined);
  return Object.fromEntries(inOrder.map((reason) => [reason, counts[reason]]));
}

/** The reasons for which letters would be refused again, one for each that would. */
async function refusals(pool: Backbone['pool'], letters: readonly Planned[]): Promise<Reason[]> {
  const { rows } = await pool.query<{ topic: string; reason: Reason; value: Buffer | null; headers: HeadersJson }>(
    'select topic, reason, record_value as value, headers from ledger.dead_letters where dead_letter_id = any($1)',
    [letters.map(({ id }) => id)],
  );
  const readers = new Map(catalogue.map((stream) => [stream.topic, wholeReader(stream)]));
  const refused: Reason[] = [];
  const products: string[] = [];
  for (const { topic, reason, value, headers } of rows) {
    const reading = readers.get(topic)?.(value, headersFrom(headers), Date.now());
    // It goes back with the key that it has.
    if (reason === 'wrong_key') refused.push(reason);
    else if (reading && 'faults' in reading) refused.push(reading.faults[0].reason);
    // The first of its id is still there.
    else if (reason === 'conflict') refused.push(reason);
    else if (reading && inventoryStreams.some((stream) => stream.topic === topic))
      products.push(String((reading.event as { product_id: unknown }).product_id));
  }
  if (products.length === 0) return refused;
  const known = await productsAmong(pool, [...new Set(products)]);
  return [...refused, ...products.flatMap((product): Reason[] => (known.has(product) ? [] : ['unknown_product']))];
}
