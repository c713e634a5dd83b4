/**
 * A record's headers are a list in which a name may occur again. kafkajs makes a plain object of them: their order is lost,
 * `__proto__` comes with `Object.prototype` as its first value, and each header that is read copies all before it, for
 * minutes where there are thousands. Its reader and writer of records can't be replaced, but they can be made to pass on the
 * bytes, and the list.
 */
import type kafkajs from 'kafkajs';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import readHeader from 'kafkajs/src/protocol/recordBatch/header/v0/decoder.js';
import type { KafkaRecord } from '#domain/records.ts';

interface Header {
  readonly key: string;
  /** Null if the header has none. */
  readonly value: Buffer | null;
}

type ReadList = typeof Decoder.prototype.readVarIntArray;

/** The reader's own way, kept with it: this module may be loaded again in a process that keeps kafkajs, and would then find ours. */
const OWN = Symbol.for('tillstream: readVarIntArray');
const decoder: { readVarIntArray: ReadList; [OWN]?: ReadList } = Decoder.prototype;
decoder[OWN] ??= decoder.readVarIntArray;
const readList = decoder[OWN];

/**
 * kafkajs reads nothing else this way, and each record by a decoder of its own, where headers come last. It takes their bytes
 * for the value of one header. Most records have none.
 */
Decoder.prototype.readVarIntArray = function () {
  return this.buffer[this.offset] === 0 ? [] : [{ key: 'bytes', value: this.readAll() }];
};

/** The headers of a message that kafkajs has read, as their number and then each; undefined if there are none. */
export const headerBytes = (headers: kafkajs.IHeaders | undefined): Buffer | undefined =>
  headers?.bytes as Buffer | undefined;

export const countHeaders = (bytes: Buffer): number => new Decoder(bytes).readVarInt();

/** A header without a value counts as empty. As objects, headers take up to a hundred times the memory of their bytes. */
export function readHeaders(bytes: Buffer): KafkaRecord['headers'] {
  const list = readList.call(new Decoder(bytes), readHeader) as readonly Header[];
  return list.map(({ key, value }) => ({ name: key, value: value ?? Buffer.of() }));
}

/** Headers for kafkajs to write. */
export function toHeaders(headers: KafkaRecord['headers']): kafkajs.IHeaders {
  const list = headers.map(({ name, value }): Header => ({ key: name, value: Buffer.from(value) }));
  // kafkajs makes a header of each item of an array by the array's `map`; this one answers with our headers.
  return { list: Object.assign<Buffer[], object>([], { map: () => list }) as Buffer[] };
}
