/** The list of dead letters, page by page: as fast at the end of a million as at the beginning. */

import type { Reason } from '#domain/dead-letters.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { FATE_COLUMNS, type Fate, type FateRow, fatesOf } from './fates.ts';
import { conditionsOf, holding, isOfFates, type LetterFilter } from './filter.ts';
import { LETTERS, LETTERS_AND_FATES } from './query.ts';

/** A letter as a list shows it, without its record. */
export interface ListedLetter {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: Reason;
  /** At most 300 characters of it. */
  readonly message: string;
  readonly consumer: string;
  /** ISO 8601, UTC. */
  readonly failedAt: string;
  /** Null if it was not sent back. */
  readonly redriven: Fate | null;
}

export interface PageOptions {
  /** The id behind which the page begins; at the newest if undefined. */
  readonly after?: number | undefined;
  /** Rows of the page at most. */
  readonly limit: number;
}

export interface LetterPage {
  /** The newest first. */
  readonly rows: readonly ListedLetter[];
  /** What to ask for as `after` to go on; null if there is nothing left. */
  readonly next: number | null;
}

/** Letters that are looked through at a time, where no index leads to those that are meant: who looks wants to see how far it came. */
const SEARCHED_AT_ONCE = 20_000;

/** With a text or a fate, a page may have few rows or none and still have a next one: it says how far the search has come. */
export const listLetters = askable(
  'listLetters',
  async (
    { pool }: Pick<Backbone, 'pool'>,
    filter: LetterFilter,
    { after, limit }: PageOptions,
  ): Promise<LetterPage> => {
    const { sql, parameters } = conditionsOf(filter);
    const values = [...parameters, after ?? Number.MAX_SAFE_INTEGER];
    const before = `letter.dead_letter_id < $${values.length}`;
    const search = searchFor(filter, values.length);
    const chosen = `
      where ${before} ${boundsOf(filter, parameters)} ${search ? search.sql : ''} ${sql}
      order by letter.dead_letter_id desc
      limit ${limit}`;
    // What became of them is asked of those of the page alone, whatever PostgreSQL expects of a ledger that is young.
    const ofPage = `
      where letter.dead_letter_id = any (array(select letter.dead_letter_id ${LETTERS} ${chosen}))
      order by letter.dead_letter_id desc`;
    const { rows } = await pool.query<ListedRow>(
      `select
       letter.dead_letter_id as id, letter.topic, letter.partition, letter.record_offset as "offset", letter.reason,
       left(letter.message, 300) as message, letter.consumer, letter.failed_at as "failedAt", ${FATE_COLUMNS}
     ${LETTERS_AND_FATES}
     ${isOfFates(filter) ? chosen : ofPage}`,
      search ? [...values, ...search.parameters] : values,
    );
    const last = rows.at(-1)?.id;
    const more = rows.length === limit && last !== undefined ? last : null;
    const fates = await fatesOf(pool, rows);
    return {
      rows: rows.map(({ id, topic, partition, offset, reason, message, consumer, failedAt }, index) => ({
        ...{ id, topic, partition, offset, reason, message, consumer },
        failedAt: failedAt.toISOString(),
        redriven: fates[index] ?? null,
      })),
      next: more ?? (search ? await endOfSearch(pool, search.among, values.at(-1) as number) : null),
    };
  },
);

/**
 * Between which ids the letters of a time are. Without them PostgreSQL would go down from the newest letter, whatever the time, since the
 * list is ordered by id. `offset 0` keeps it from looking for the least id in the same way.
 */
function boundsOf({ since, until }: LetterFilter, parameters: readonly unknown[]): string {
  if (!(since ?? until)) return '';
  const [from, to] = [since, until].map((time) => time && `$${parameters.indexOf(time) + 1}`);
  const times = [from && `failed_at >= ${from}`, to && `failed_at < ${to}`].filter(Boolean).join(' and ');
  const ofTime = (end: string) =>
    `(select ${end}(id) from (select dead_letter_id as id from ledger.dead_letters where ${times} offset 0) as of_time)`;
  return `and letter.dead_letter_id >= ${ofTime('min')} and letter.dead_letter_id <= ${ofTime('max')}`;
}

interface ListedRow extends FateRow, Omit<ListedLetter, 'failedAt' | 'redriven' | 'topic'> {
  readonly failedAt: Date;
}

type Searched = 'ledger.dead_letters' | 'ledger.redrives';

/**
 * No index has the bytes of a letter, nor what became of one that was sent back, which is looked up for each.
 *
 * @param after the number of the parameter with the id behind which the page begins
 * @returns undefined if an index leads to the letters
 */
function searchFor(filter: LetterFilter, after: number) {
  const { text } = filter;
  if (text === undefined && !isOfFates(filter)) return undefined;
  const among: Searched = isOfFates(filter) ? 'ledger.redrives' : 'ledger.dead_letters';
  return {
    among,
    sql: `and letter.dead_letter_id >= (${lastSearched(among, `$${after}`)}) ${text === undefined ? '' : holding(after + 1)}`,
    parameters: text === undefined ? [] : [text],
  };
}

const lastSearched = (among: Searched, after: string) => `
  select coalesce(min(dead_letter_id), 0)
  from (
    select dead_letter_id from ${among}
    where dead_letter_id < ${after}
    order by dead_letter_id desc
    limit ${SEARCHED_AT_ONCE}
  ) as searched`;

async function endOfSearch(pool: Backbone['pool'], among: Searched, after: number): Promise<number | null> {
  const { rows } = await pool.query<{ last: number; more: boolean }>(
    `select last, exists (select from ${among} where dead_letter_id < last) as more
     from (${lastSearched(among, '$1')}) as searched (last)`,
    [after],
  );
  return rows[0]?.more ? rows[0].last : null;
}
