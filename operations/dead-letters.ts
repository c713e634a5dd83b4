/** Dead letters: the records that could not be used, whole, and what became of them. */
import type { Pool } from '#adapters/postgres/index.ts';
import type { Reason } from '#domain/dead-letters.ts';
import { askable } from './asking/askable.ts';
import type { Backbone } from './backbone.ts';
import { isTooLarge, valueInKafka } from './left-out.ts';
import { conditionsOf, holding, type LetterFilter } from './letters/filter.ts';
import type { PageOptions } from './letters/list.ts';
import { LETTERS, LETTERS_AND_FATES } from './letters/query.ts';

export interface Letter {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: Reason;
  /** What exactly was wrong with the record. */
  readonly message: string;
  readonly consumer: string;
  readonly failed_at: Date;
  readonly key: Buffer | null;
  /** Null also if it was left out, as of a record that is too large. */
  readonly value: Buffer | null;
  /** Their values are base64. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  /** Null until it is sent back. */
  readonly redriven_at: Date | null;
  readonly redriven_by: string | null;
  /** Sent instead of the value; null if that was sent as it is. */
  readonly edited_value: Buffer | null;
}

const COLUMNS = `
  select letter.dead_letter_id as id, letter.topic, letter.partition, letter.record_offset as "offset", letter.reason, letter.message,
    letter.consumer, letter.failed_at, letter.record_key as key, letter.record_value as value, letter.headers,
    redrive.redriven_at, redrive.redriven_by, redrive.edited_value`;

/** The newest first, whole, as a command prints them; a page has them by letters/list.ts. */
export const deadLetters = askable(
  'deadLetters',
  async (
    { pool }: Pick<Backbone, 'pool'>,
    { text, ...filter }: LetterFilter,
    { after, limit }: PageOptions,
  ): Promise<Letter[]> => {
    const { sql, parameters } = conditionsOf(filter);
    const before = parameters.length + 1;
    return rowsOf<Letter>(
      pool,
      `${COLUMNS} ${LETTERS_AND_FATES}
     where letter.dead_letter_id < $${before} ${sql} ${text === undefined ? '' : holding(before + 1)}
     order by id desc limit ${limit}`,
      ...parameters,
      after ?? Number.MAX_SAFE_INTEGER,
      ...(text === undefined ? [] : [text]),
    );
  },
);

/** @returns undefined if there is none with this id */
export const deadLetter = askable(
  'deadLetter',
  async ({ pool }: Pick<Backbone, 'pool'>, id: number): Promise<Letter | undefined> => {
    const [letter] = await rowsOf<Letter>(pool, `${COLUMNS} ${LETTERS} where letter.dead_letter_id = $1`, id);
    return letter;
  },
);

export interface LettersOfReason {
  readonly reason: Reason;
  /** How many there are. */
  readonly letters: number;
}

/** In the order of their reasons; one without letters is absent. */
export const countDeadLetters = askable(
  'countDeadLetters',
  ({ pool }: Pick<Backbone, 'pool'>): Promise<LettersOfReason[]> =>
    rowsOf(pool, `select reason, count(*) as letters ${LETTERS} group by reason order by reason`),
);

/**
 * The record's value, from Kafka if the letter lacks it.
 *
 * @throws if only Kafka had it, and has it no longer
 */
export const wholeValue = async (backbone: Pick<Backbone, 'kafka'>, letter: Letter): Promise<Uint8Array | null> =>
  isTooLarge(letter) ? valueInKafka(backbone, letter) : letter.value;

/** Ids of the letters that were not sent back before, the oldest first. */
export const unsentLetters = askable(
  'unsentLetters',
  async ({ pool }: Pick<Backbone, 'pool'>, filter: LetterFilter): Promise<number[]> => {
    const { sql, parameters } = conditionsOf({ ...filter, state: 'new' });
    const query = `select letter.dead_letter_id as id ${LETTERS} where true ${sql} order by id`;
    return (await rowsOf<{ id: number }>(pool, query, ...parameters)).map(({ id }) => id);
  },
);

const rowsOf = async <Row extends object>(pool: Pool, query: string, ...parameters: readonly unknown[]) =>
  (await pool.query<Row>(query, [...parameters])).rows;
