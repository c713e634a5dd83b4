/** Dead letters: the records that could not be used, whole, and what became of them. */
import type { Pool } from '#adapters/postgres/index.ts';
import type { Reason } from '#domain/dead-letters.ts';
import type { Backbone } from './backbone.ts';
import { isTooLarge, valueInKafka } from './left-out.ts';

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

/** What a letter must have; undefined: whatever it has. */
export interface LetterFilter {
  readonly reason?: Reason | undefined;
  readonly topic?: string | undefined;
}

/** Of a delivery that is not committed the letters may still go, so they are none yet. */
const LETTERS = `
  select dead_letter_id as id, letters.topic, letters.partition, record_offset as "offset", reason, message,
    letters.consumer, failed_at, record_key as key, record_value as value, headers,
    redriven_at, redriven_by, edited_value
  from ledger.dead_letters as letters
  join ledger.deliveries using (delivery_id)
  left join ledger.redrives using (dead_letter_id)
  where deliveries.state = 'committed'`;

/** The newest first. */
export function deadLetters({ pool }: Pick<Backbone, 'pool'>, filter: LetterFilter, limit: number): Promise<Letter[]> {
  const query = `${LETTERS} and ($1::text is null or reason = $1) and ($2::text is null or letters.topic = $2)
    order by dead_letter_id desc limit $3`;
  return rowsOf<Letter>(pool, query, filter.reason ?? null, filter.topic ?? null, limit);
}

/** @returns undefined if there is none with this id */
export async function deadLetter({ pool }: Pick<Backbone, 'pool'>, id: number): Promise<Letter | undefined> {
  const [letter] = await rowsOf<Letter>(pool, `${LETTERS} and dead_letter_id = $1`, id);
  return letter;
}

export interface LettersOfReason {
  readonly reason: Reason;
  /** How many there are. */
  readonly letters: number;
}

/** In the order of their reasons; one without letters is absent. */
export const countDeadLetters = ({ pool }: Pick<Backbone, 'pool'>): Promise<LettersOfReason[]> =>
  rowsOf(pool, `select reason, count(*) as letters from (${LETTERS}) as letters group by reason order by reason`);

/**
 * The record's value, from Kafka if the letter lacks it.
 *
 * @throws if only Kafka had it, and has it no longer
 */
export const wholeValue = async (backbone: Pick<Backbone, 'kafka'>, letter: Letter): Promise<Uint8Array | null> =>
  isTooLarge(letter) ? valueInKafka(backbone, letter) : letter.value;

/** Ids of the letters that were not sent back before, the oldest first. */
export async function unsentLetters({ pool }: Pick<Backbone, 'pool'>, filter: LetterFilter): Promise<number[]> {
  const query = `select id from (${LETTERS}) as letters
    where redriven_at is null and ($1::text is null or reason = $1) and ($2::text is null or topic = $2) order by id`;
  const rows = await rowsOf<{ id: number }>(pool, query, filter.reason ?? null, filter.topic ?? null);
  return rows.map(({ id }) => id);
}

const rowsOf = async <Row extends object>(pool: Pool, query: string, ...parameters: readonly unknown[]) =>
  (await pool.query<Row>(query, [...parameters])).rows;
