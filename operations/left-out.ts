/** What a dead letter lacks of a record that no event could hold: Kafka has it, as long as the topic keeps it. */
import type { ConsumedRecord } from '#adapters/kafka/index.ts';
import type { Reason } from '#domain/dead-letters.ts';
import { askable } from './asking/askable.ts';
import type { Backbone } from './backbone.ts';

/** As much of a letter as leads to its record. */
export interface LetterInKafka {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: Reason;
}

export const isTooLarge = ({ reason }: Pick<LetterInKafka, 'reason'>): boolean => reason === 'too_large';

export type InKafka =
  | {
      readonly state: 'there';
      readonly key: Uint8Array | null;
      /** Its beginning; `bytes` has it. */
      readonly value: Uint8Array | null;
      readonly bytes: number;
      readonly headers: ConsumedRecord['headers'];
    }
  /** Its time of retention has passed. */
  | { readonly state: 'gone' }
  /** In a batch of so many bytes that it can't be unpacked here. */
  | { readonly state: 'packed'; readonly bytes: number };

/** Bytes of a value where people only look at it. */
const LONGEST_SHOWN = 2_000;

/** What Kafka has of the letter's record, with the beginning of its value. */
export const lookUp = askable(
  'lookUp',
  async (backbone: Pick<Backbone, 'kafka'>, letter: LetterInKafka): Promise<InKafka> => {
    const record = await recordOf(backbone, letter);
    if (!record) return { state: 'gone' };
    if (record.leftOut?.batch) return { state: 'packed', bytes: record.leftOut.batch };
    const { key, value, headers } = record;
    const shown = value && beginning(value, LONGEST_SHOWN);
    return { state: 'there', key, value: shown, bytes: value?.length ?? 0, headers };
  },
);

export const tooLargeToUnpack = (bytes: number): string =>
  `in a batch of ${bytes} bytes, too large to be unpacked here; a client that reads record by record can, such as Kafka's own`;

/** @throws if Kafka no longer has it, or if its batch is too large to be unpacked */
export const valueInKafka = askable(
  'valueInKafka',
  async (backbone: Pick<Backbone, 'kafka'>, letter: LetterInKafka) => {
    const { topic, partition, offset } = letter;
    const record = await recordOf(backbone, letter);
    if (record?.leftOut?.batch)
      throw new Error(
        `Expected offset ${offset} of ${topic} partition ${partition} alone, got it ${tooLargeToUnpack(record.leftOut.batch)}.`,
      );
    if (record) return record.value;
    throw new Error(
      `Expected Kafka to hold offset ${offset} of ${topic} partition ${partition}, found nothing: its time of retention has passed.`,
    );
  },
);

const recordOf = async (backbone: Pick<Backbone, 'kafka'>, { topic, partition, offset }: LetterInKafka) =>
  (await backbone.kafka()).record(topic, partition, offset);

/** Cut between two characters. */
export function beginning(value: Uint8Array, longest: number): Buffer {
  if (value.length <= longest) return Buffer.from(value);
  let end = longest;
  while (end > longest - 4 && ((value[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return Buffer.concat([value.subarray(0, end), Buffer.from('…')]);
}

/** Letters that are read from Kafka to look for a text, each of many megabytes. */
const MOST_READ = 20;

/** Those of the newest letters whose record has one of the texts in its value. */
export async function tooLargeWith(
  backbone: Pick<Backbone, 'pool' | 'kafka'>,
  texts: readonly string[],
): Promise<LetterInKafka[]> {
  const { rows } = await backbone.pool.query<LetterInKafka>(
    `select dead_letter_id as id, topic, partition, record_offset as "offset", reason
     from ledger.dead_letters
     where reason = 'too_large'
     order by dead_letter_id desc
     limit $1`,
    [MOST_READ],
  );
  const found: LetterInKafka[] = [];
  for (const letter of rows) {
    const record = await recordOf(backbone, letter);
    const value = Buffer.from(record?.value ?? '');
    if (texts.some((text) => value.includes(text))) found.push(letter);
  }
  return found;
}
