/**
 * What of a record can be handed to a function. Lambda takes 6 MB for an invocation, as JSON: values are a third longer there,
 * and a header's bytes, which become numbers, up to five times. Kafka's limit is on a batch as it was compressed, so a record
 * may exceed Lambda's by far. Of such a record its largest parts are left out; they stay in Kafka, at the record's offset. So
 * does a batch that is too large to be unpacked at all (adapters/kafka/codecs.ts).
 */
import { Unusable } from './dead-letters.ts';

/** Lambda's limit for the payload of a synchronous invocation. */
export const PAYLOAD_BYTES = 6 * 1024 * 1024;

/** A record's part of the payload. The rest has the brokers' addresses, and the record's topic, offset and time. */
const RECORD_BYTES = PAYLOAD_BYTES - 8 * 1024;

/** The parts of a record that can be large. */
interface Parts {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: readonly { readonly name: string; readonly value: Uint8Array }[];
}

/** The parts that were left out of a record, with their bytes in Kafka; or its whole batch, with its bytes as compressed. */
export type LeftOut = { readonly [Part in keyof Parts | 'batch']?: number };

/** The record itself if an event can hold it, else the record with as few parts left out as possible. */
export function deliverable<R extends Parts & { readonly leftOut?: LeftOut }>(
  record: R,
): R & { readonly leftOut?: LeftOut } {
  if (longest(record) <= RECORD_BYTES) return record;
  const lengths = {
    key: base64Length(record.key),
    value: base64Length(record.value),
    headers: record.headers.reduce((sum, header) => sum + headerLength(header), 0),
  };
  const largestFirst = (Object.keys(lengths) as (keyof Parts)[]).sort((a, b) => lengths[b] - lengths[a]);
  const leftOut: { -readonly [Part in keyof LeftOut]: LeftOut[Part] } = { ...record.leftOut };
  const whole = lengths.key + lengths.value + lengths.headers;
  let length = whole;
  for (const part of largestFirst) {
    if (length <= RECORD_BYTES) break;
    length -= lengths[part];
    leftOut[part] = bytesOf(record[part]);
  }
  if (length === whole) return record;
  return {
    ...record,
    ...(leftOut.key !== undefined && { key: null }),
    ...(leftOut.value !== undefined && { value: null }),
    ...(leftOut.headers !== undefined && { headers: [] }),
    leftOut,
  };
}

/** Why a record with parts left out becomes a dead letter. */
export function tooLarge(leftOut: LeftOut): Unusable {
  const parts = Object.entries(leftOut).map(([part, bytes]) => `${part} (${bytes} bytes)`);
  return new Unusable(
    'too_large',
    `expected a record that fits into the ${PAYLOAD_BYTES} bytes of Lambda's event; only Kafka has its ${parts.join(' and ')}`,
  );
}

/** An upper bound that costs little, since every record is measured. */
function longest({ key, value, headers }: Parts): number {
  let length = base64Length(key) + base64Length(value);
  for (const { name, value } of headers) length += name.length * 6 + value.length * 5 + HEADER;
  return length;
}

/** `{"":[]},` */
const HEADER = 8;

/** A record with more headers than this fits into no event, whatever they say. */
export const MOST_HEADERS = Math.floor(RECORD_BYTES / HEADER);

const base64Length = (bytes: Uint8Array | null): number => Math.ceil((bytes?.length ?? 0) / 3) * 4;

/** Of the bytes as Java's signed numbers, each with a comma. */
function headerLength({ name, value }: Parts['headers'][number]): number {
  let length = name.length * 6 + HEADER;
  for (const byte of value) length += SIGNED_LENGTH[byte] ?? 0;
  return length;
}

const SIGNED_LENGTH = Uint8Array.from({ length: 256 }, (_, byte) => `${(byte << 24) >> 24},`.length);

function bytesOf(part: Parts[keyof Parts]): number {
  if (part === null || part instanceof Uint8Array) return part?.length ?? 0;
  return part.reduce((sum, { name, value }) => sum + Buffer.byteLength(name) + value.length, 0);
}
