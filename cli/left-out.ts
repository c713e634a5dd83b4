/** Reads from Kafka what a dead letter lacks of a record that no event could hold, as long as Kafka has it. */
import type { KafkaConnection } from '#adapters/kafka/index.ts';
import type { Pool } from '#adapters/postgres/index.ts';
import type { Reason } from '#domain/dead-letters.ts';

interface Letter {
  readonly id: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: Reason;
}

export const isTooLarge = ({ reason }: Pick<Letter, 'reason'>): boolean => reason === 'too_large';

/** Bytes of a value where people only look at it. */
const LONGEST_SHOWN = 2_000;

/** The letter with its record's key, the beginning of its value, and a line on how to get the rest. */
export async function withBeginning<L extends Letter>(kafka: KafkaConnection, letter: L) {
  const record = await kafka.record(letter.topic, letter.partition, letter.offset);
  if (!record) return { ...letter, in_kafka: 'no longer: its time of retention has passed' };
  if (record.leftOut?.batch) return { ...letter, in_kafka: tooLargeToUnpack(record.leftOut.batch) };
  const bytes = record.value?.length ?? 0;
  return {
    ...letter,
    key: record.key && Buffer.from(record.key),
    value: record.value && beginning(record.value, LONGEST_SHOWN),
    headers: record.headers.map(({ name, value }) => ({ name, value: Buffer.from(value).toString('base64') })),
    in_kafka: `a value of ${bytes} bytes; npx tillstream dead-letters value ${letter.id} writes all of it`,
  };
}

const tooLargeToUnpack = (bytes: number): string =>
  `in a batch of ${bytes} bytes, too large to be unpacked here; a client that reads record by record can, such as Kafka's own`;

/** @throws if Kafka no longer has it, or if its batch is too large to be unpacked */
export async function valueInKafka(kafka: KafkaConnection, { topic, partition, offset }: Letter) {
  const record = await kafka.record(topic, partition, offset);
  if (record?.leftOut?.batch)
    throw new Error(
      `Expected offset ${offset} of ${topic} partition ${partition} alone, got it ${tooLargeToUnpack(record.leftOut.batch)}.`,
    );
  if (record) return record.value;
  throw new Error(
    `Expected Kafka to hold offset ${offset} of ${topic} partition ${partition}, found nothing: its time of retention has passed.`,
  );
}

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
export async function tooLargeWith(pool: Pool, kafka: KafkaConnection, texts: readonly string[]): Promise<Letter[]> {
  const { rows } = await pool.query<Letter>(
    `select dead_letter_id as id, topic, partition, record_offset as "offset", reason
     from ledger.dead_letters
     where reason = 'too_large'
     order by dead_letter_id desc
     limit $1`,
    [MOST_READ],
  );
  const found: Letter[] = [];
  for (const letter of rows) {
    const record = await kafka.record(letter.topic, letter.partition, letter.offset);
    const value = Buffer.from(record?.value ?? '');
    if (texts.some((text) => value.includes(text))) found.push(letter);
  }
  return found;
}
