/** One dead letter with all that a person needs to judge and mend it. */
import { type Reason, reasons } from '#domain/dead-letters.ts';
import { type Problem, problemsOf, rangeOf, textOf } from '#domain/problems.ts';
import { catalogue } from '#domain/streams.ts';
import { askable } from '../asking/askable.ts';
import type { Backbone } from '../backbone.ts';
import { type Bytes, type CutBytes, cutBytes, fromBytes, type HeadersJson, headersFrom } from '../bytes.ts';
import { FATE_COLUMNS, type Fate, type FateRow, fatesOf } from './fates.ts';
import { LETTERS_AND_FATES } from './query.ts';

export interface WholeLetter {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: Reason;
  /** What the reason means. */
  readonly meaning: string;
  readonly message: string;
  readonly consumer: string;
  /** ISO 8601, UTC: when it was refused, and Kafka's timestamp of the record. */
  readonly failedAt: string;
  readonly timestamp: string;
  readonly key: Bytes | null;
  readonly value: CutBytes | null;
  readonly headers: readonly { readonly name: string; readonly value: Bytes }[];
  /** What its consumer would refuse today, as characters of `value`'s text; what only the stores know is marked as the letter says it. */
  readonly problems: readonly Problem[];
  /** The letter that was sent back and became this one; null if it came from a producer. */
  readonly cameFrom: number | null;
  readonly redriven: Fate | null;
  /** What was sent instead of the value; null if that was sent, or nothing yet. */
  readonly editedValue: CutBytes | null;
  readonly like: LettersLikeIt;
}

/** Letters of the same topic and reason, about the same field: of the newest thousand of that reason. */
export interface LettersLikeIt {
  readonly letters: number;
  readonly unsent: number;
  /** ISO 8601, UTC. */
  readonly first: string;
  readonly last: string;
  /** What they say, the most frequent first, five at most. */
  readonly messages: readonly { readonly message: string; readonly letters: number; readonly id: number }[];
}

/** Bytes that value and edited value may take as JSON, so that with all the rest an answer stays below 900 KB. */
const LONGEST_VALUE = 350_000;
const LONGEST_HEADER = 4_000;
/** Of all headers together. */
const LONGEST_HEADERS = 40_000;

/** @returns undefined if there is none with this id */
export const wholeLetter = askable(
  'wholeLetter',
  async ({ pool }: Pick<Backbone, 'pool'>, id: number): Promise<WholeLetter | undefined> => {
    const { rows } = await pool.query<LetterRow>(
      `select
       letter.dead_letter_id as id, letter.topic, letter.partition, letter.record_offset as "offset", letter.reason, letter.message,
       letter.consumer, letter.failed_at as "failedAt", letter.kafka_timestamp as timestamp, letter.record_key as key,
       letter.record_value as value, letter.headers, redrive.edited_value as "editedValue", ${FATE_COLUMNS}
     ${LETTERS_AND_FATES}
     where letter.dead_letter_id = $1`,
      [id],
    );
    const [row] = rows;
    if (!row) return undefined;
    const { topic, partition, offset, reason, message, consumer, key, value, headers, editedValue } = row;
    const [redriven = null] = await fatesOf(pool, rows);
    const sent = headers.findLast(({ name }) => name === 'tillstream-redrive');
    return {
      ...{ id, topic, partition, offset, reason, message: message.slice(0, 10_000), consumer, redriven },
      meaning: reasons[reason],
      failedAt: row.failedAt.toISOString(),
      timestamp: row.timestamp.toISOString(),
      key: key && cutBytes(key, LONGEST_HEADER).shown,
      value: value && cutBytes(value, LONGEST_VALUE),
      headers: headersOf(row),
      problems: problemsOfLetter(row).slice(0, 50),
      cameFrom: sent ? Number(Buffer.from(sent.value, 'base64').toString()) : null,
      editedValue: editedValue && cutBytes(editedValue, LONGEST_VALUE),
      like: await lettersLike(pool, row),
    };
  },
);

interface LetterRow extends FateRow {
  readonly id: number;
  readonly partition: number;
  readonly offset: number;
  readonly reason: Reason;
  readonly message: string;
  readonly consumer: string;
  readonly failedAt: Date;
  readonly timestamp: Date;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: HeadersJson;
  readonly editedValue: Buffer | null;
}

/** As many as there is room for. */
function headersOf({ headers }: Pick<LetterRow, 'headers'>): WholeLetter['headers'] {
  const shown: { name: string; value: Bytes }[] = [];
  let size = 0;
  for (const { name, value } of headers) {
    const header = {
      name: fromBytes(cutBytes(Buffer.from(name), LONGEST_HEADER).shown).toString(),
      value: cutBytes(Buffer.from(value, 'base64'), LONGEST_HEADER).shown,
    };
    size += Buffer.byteLength(JSON.stringify(header));
    if (size > LONGEST_HEADERS) break;
    shown.push(header);
  }
  return shown;
}

/** Its message names the field that it is about, as the reader of events and the stores write it. */
const fieldOf = (message: string): string | undefined => /^([a-z_]+): /.exec(message)?.[1];

/** What the reader finds today; if it finds nothing, as of a conflict, what was found when it was refused. */
export function problemsOfLetter({
  topic,
  reason,
  message,
  value,
  headers,
  timestamp,
}: Pick<LetterRow, 'topic' | 'reason' | 'message' | 'value' | 'headers' | 'timestamp'>): Problem[] {
  const stream = catalogue.find((each) => each.topic === topic);
  const found =
    stream && reason !== 'too_large' ? problemsOf(stream, value, headersFrom(headers), timestamp.getTime()) : [];
  if (found.length > 0) return found;
  const field = fieldOf(message);
  const known = stream && field !== undefined && Object.hasOwn(stream.event.shape, field);
  const fault = { path: known ? [field] : [], reason, message: known ? message.slice(field.length + 2) : message };
  return [{ ...fault, ...rangeOf(fault, known && value ? textOf(value) : undefined) }];
}

async function lettersLike(pool: Backbone['pool'], { topic, reason, message }: LetterRow): Promise<LettersLikeIt> {
  const { rows } = await pool.query<{
    message: string;
    letters: number;
    unsent: number;
    id: number;
    first: Date;
    last: Date;
  }>(
    `with newest as (
       select letter.dead_letter_id as id, letter.topic, letter.message, letter.failed_at, redrive.redrive_id
       from ledger.dead_letters as letter
       left join ledger.redrives as redrive using (dead_letter_id)
       where reason = $1
       order by dead_letter_id desc
       limit 1000
     )
     select left(message, 300) as message, count(*) as letters, count(*) filter (where redrive_id is null) as unsent, max(id) as id,
       min(failed_at) as first, max(failed_at) as last
     from newest
     where topic = $2 and ($3::text is null or starts_with(message, $3))
     group by left(message, 300)
     order by letters desc, id desc`,
    [reason, topic, fieldOf(message) === undefined ? null : `${fieldOf(message)}: `],
  );
  const sum = (of: 'letters' | 'unsent') => rows.reduce((total, row) => total + row[of], 0);
  const times = rows.flatMap(({ first, last }) => [first.getTime(), last.getTime()]);
  return {
    ...{ letters: sum('letters'), unsent: sum('unsent') },
    first: new Date(Math.min(...times, Date.now())).toISOString(),
    last: new Date(Math.max(...times, 0)).toISOString(),
    messages: rows.slice(0, 5).map(({ message, letters, id }) => ({ message, letters, id })),
  };
}
