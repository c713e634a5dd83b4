/**
 * A record's headers are a list in which a name may occur again. kafkajs makes a plain object of them: their order is lost,
 * `__proto__` comes with `Object.prototype` as its first value, and each header that is read copies all before it, for
 * minutes where there are thousands. Its reader and writer of records can't be replaced, but they can be made to pass the list on.
 */
import type kafkajs from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import type { KafkaRecord } from '#domain/records.ts';

interface Header {
  readonly key: string;
  /** Null if the header has none. */
  readonly value: Buffer | null;
}

const readList = Decoder.prototype.readVarIntArray;

/** kafkajs reads nothing else this way. It takes the whole list for the value of one header. */
Decoder.prototype.readVarIntArray = function (read) {
  return [{ key: 'list', value: readList.call(this, read) }];
};

/** The headers of a message that kafkajs has read; a header without a value counts as empty. */
export function fromHeaders(headers: kafkajs.IHeaders | undefined): KafkaRecord['headers'] {
  const list = (headers?.list ?? []) as unknown as readonly Header[];
  return list.map(({ key, value }) => ({ name: key, value: value ?? Buffer.of() }));
}

/** Headers for kafkajs to write. */
export function toHeaders(headers: KafkaRecord['headers']): kafkajs.IHeaders {
  const list = headers.map(({ name, value }): Header => ({ key: name, value: Buffer.from(value) }));
  // kafkajs makes a header of each item of an array by the array's `map`; this one answers with our headers.
  return { list: Object.assign<Buffer[], object>([], { map: () => list }) as Buffer[] };
}
