/** Whether the dead letters of a delivery are those that its records in Kafka make. */
import type { Transaction } from '#adapters/postgres/index.ts';
import { headersInJson } from '#delivery/ledger.ts';
import type { DeadLetter, Reason } from '#domain/dead-letters.ts';
import type { PartitionBatch } from '#domain/records.ts';
import type { Stream } from '#domain/streams.ts';
import { query } from './queries.ts';

export interface KeptLetter {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Their values are base64. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly reason: string;
  readonly message: string;
  readonly timestamp: number;
}

export const readLetters = (transaction: Transaction, deliveryId: number): Promise<KeptLetter[]> =>
  query<KeptLetter>(transaction, 'kafka_letters', [deliveryId]);

/** Reasons for which a record that can be read is refused. */
const REFUSED: readonly string[] = ['conflict', 'unknown_product'];

/** What versions before it had the name said instead (docs/reference/dead-letters.md). */
const OLDER_NAMES: Readonly<Partial<Record<Reason, readonly string[]>>> = {
  unsupported_format: ['not_utf8', 'not_json'],
};

const isNamed = (expected: Reason, reason: string): boolean =>
  reason === expected || OLDER_NAMES[expected]?.includes(reason) === true;

/** The end of the message of a letter that load-orders had to rebuild (functions/load-orders/conflict-letter.ts). */
const REBUILT = 'so it is rebuilt from the lake';

/** @param bad the letters of its records that can't be read */
export function letterFaults(
  { consumer }: Stream,
  { topic, partition, records }: PartitionBatch,
  bad: readonly DeadLetter[],
  letters: readonly KeptLetter[],
): string[] {
  const unreadable = new Map(bad.map((letter) => [letter.offset, letter]));
  const inKafka = new Map(records.map((record) => [record.offset, record]));
  const off: string[] = [];
  for (const letter of letters) {
    const fault = (text: string) => off.push(`dead letter of offset ${letter.offset}: ${text}`);
    const record = inKafka.get(letter.offset);
    if (!record || letter.topic !== topic || letter.partition !== partition) {
      fault('no record of the delivery');
      continue;
    }
    const expected = letter.consumer === consumer ? unreadable.get(letter.offset) : undefined;
    if (expected) unreadable.delete(letter.offset);
    if (expected ? !isNamed(expected.reason, letter.reason) : !REFUSED.includes(letter.reason))
      fault(`its reason is ${letter.reason}, Kafka’s record ${expected ? `is ${expected.reason}` : 'can be read'}`);
    if (letter.timestamp !== record.timestamp) fault('its time is not that in Kafka');
    if (letter.reason === 'conflict' && letter.message.endsWith(REBUILT)) continue;
    if (!isSame(letter.key, record.key)) fault('its key is not that in Kafka');
    if (!isSame(letter.value, record.value)) fault('its value is not that in Kafka');
    if (text(letter.headers) !== text(headersInJson(record.headers))) fault('its headers are not those in Kafka');
  }
  return [
    ...off,
    ...[...unreadable.values()].map(({ offset, reason }) => `offset ${offset} is ${reason}: no dead letter`),
  ];
}

const isSame = (a: Uint8Array | null, b: Uint8Array | null): boolean =>
  a === null || b === null ? a === b : Buffer.compare(a, b) === 0;

/** Whatever the order in which PostgreSQL has the fields. */
const text = (headers: KeptLetter['headers']): string =>
  JSON.stringify(headers.map(({ name, value }) => [name, value]));
