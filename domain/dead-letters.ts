/** Why a record can't be used. The codes are stored with the dead letter and are what people filter by. */
export const reasons = {
  null_value: 'the record has no value (a tombstone)',
  not_utf8: 'the value is not UTF-8 text',
  not_json: 'the value is not JSON',
  not_an_object: 'the value is JSON, but not an object',
  missing_field: 'a required field is missing',
  wrong_type: 'a field has the wrong JSON type',
  invalid_uuid: 'a field is not a UUID',
  invalid_amount: 'an amount is not a number with at most two decimals below 100,000,000',
  invalid_timestamp: 'a field is not an ISO 8601 date and time',
  invalid_text: 'a text is empty, too long, or has a character that the database cannot hold',
  invalid_quantity: 'a quantity is not a whole number of at least one',
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

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
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
