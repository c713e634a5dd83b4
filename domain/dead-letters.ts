import type { Path } from './json-places.ts';

/** Why a record can't be used. The codes are stored with the dead letter and are what people filter by. */
export const reasons = {
  null_value: 'the record has no value (a tombstone)',
  not_utf8: 'the value is not UTF-8 text',
  not_json: 'the value is not JSON',
  unsupported_format: 'the value is in a format that is not read here, such as Avro; the message names it',
  not_an_object: 'the value is JSON, but not an object',
  invalid_envelope: 'the value is not in the envelope that its stream is described with',
  unsupported_delete: 'the record says that a row was deleted, and its stream only adds',
  missing_field: 'a required field is missing',
  wrong_type: 'a field has the wrong JSON type',
  invalid_uuid: 'a field is not a UUID',
  invalid_amount: 'an amount is not a number with at most two decimals below 100,000,000',
  invalid_timestamp: 'a field is not a date and time in a form that its column accepts',
  invalid_text: 'a text is empty, too long, or has a character that the database cannot hold',
  invalid_currency: 'a field is not the ISO 4217 code of a currency',
  invalid_quantity: 'a quantity is not a whole number of at least one, or a count of at least zero',
  wrong_key: 'the key of the record is not the id that the record is about',
  conflict: 'the same key came before with different content',
  unknown_product: 'no such product is in the inventory',
  too_large: 'the record is too large for an event of Lambda; the parts that are missing here are in Kafka',
} as const;

export type Reason = keyof typeof reasons;

/** Thrown for a value that can't be used: its record becomes a dead letter, and the batch goes on. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
  readonly reason: Reason;
  /** Of the value that is wrong; empty if it is the whole record. */
  readonly path: Path;

  constructor(reason: Reason, message: string, path: Path = []) {
    super(message);
    this.reason = reason;
    this.path = path;
  }
}

/** A record that can't be used, whole, with where it came from. */
export interface DeadLetter {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Kafka's timestamp, milliseconds since 1970. */
  readonly timestamp: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array }[];
  readonly reason: Reason;
  readonly message: string;
}
