/**
 * What a value looks like that is no JSON text, by the bytes that the format begins with, and what to do about it. Asked only where a
 * value could not be read, so none that can be is ever mistaken. spark/orders.py has the same formats.
 */

interface Format {
  readonly looksLike: string;
  readonly todo: string;
  readonly isThat: (value: Uint8Array) => boolean;
}

const beginsWith =
  (...beginnings: readonly (readonly number[])[]): Format['isThat'] =>
  (value) =>
    beginnings.some((beginning) => beginning.every((byte, index) => value[index] === byte));

const SEND_JSON = 'have its producer send JSON (Kafka Connect: org.apache.kafka.connect.json.JsonConverter)';
const UNCOMPRESSED = 'send JSON as it is, and let Kafka compress it (the producer’s compression.type), which is read';

const formats: readonly Format[] = [
  {
    looksLike: 'UTF-16 text',
    todo: 'send UTF-8',
    // Its byte order mark, or `{` beside a zero: https://www.rfc-editor.org/rfc/rfc4627#section-3
    isThat: beginsWith([0xff, 0xfe], [0xfe, 0xff], [0x7b, 0], [0, 0x7b]),
  },
  {
    looksLike: 'a value of a schema registry (a zero byte and the number of a schema, then Avro, Protobuf or JSON)',
    todo: `no registry is asked here; ${SEND_JSON}`,
    // https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
    isThat: (value) => value[0] === 0 && value.length > 5,
  },
  // https://avro.apache.org/docs/1.12.0/specification/#object-container-files and #single-object-encoding
  { looksLike: 'an Avro file', todo: SEND_JSON, isThat: beginsWith([0x4f, 0x62, 0x6a, 1]) },
  { looksLike: 'a single object of Avro', todo: SEND_JSON, isThat: beginsWith([0xc3, 1]) },
  // https://www.rfc-editor.org/rfc/rfc1952#section-2.3.1 and https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1
  { looksLike: 'a value compressed by gzip', todo: UNCOMPRESSED, isThat: beginsWith([0x1f, 0x8b]) },
  { looksLike: 'a value compressed by zstd', todo: UNCOMPRESSED, isThat: beginsWith([0x28, 0xb5, 0x2f, 0xfd]) },
  {
    looksLike: 'an object serialized by Java',
    todo: 'have its producer send JSON (Spring: JsonSerializer)',
    isThat: beginsWith([0xac, 0xed, 0, 5]),
  },
  { looksLike: 'binary data, such as Protobuf or MessagePack', todo: SEND_JSON, isThat: isBinary },
];

/** @returns what the value looks like and what to do; undefined if it looks like none of the formats that are known */
export function unsupportedFormat(value: Uint8Array): string | undefined {
  const format = formats.find(({ isThat }) => isThat(value));
  return format && `expected a JSON object as UTF-8 text, got what looks like ${format.looksLike}: ${format.todo}`;
}

/** A text doesn't begin with a control character other than white space; a message of Protobuf may begin with a line feed, as it names field 1. */
function isBinary(value: Uint8Array): boolean {
  const [first = 0x20] = value;
  return first < 0x20 && (isControl(first) || value.some(isControl));
}

const isControl = (byte: number): boolean => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d;
