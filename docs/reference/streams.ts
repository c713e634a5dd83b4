/** The page of the streams: of each, where its records come and go, its fields, and one that is taken. */
import { type ColumnKind, type ColumnOptions, columnsOf } from '#domain/columns.ts';
import { isoSeconds } from '#domain/required-from.ts';
import { catalogue, type Stream } from '#domain/streams.ts';
import { exampleOf } from '#operations/streams/example.ts';
import { code, fenced, page, table } from './markdown.ts';

/** How a value of each kind is written in JSON. */
const kinds: Readonly<Record<ColumnKind, string>> = {
  uuid: 'text, a UUID of any version, in upper or lower case',
  money: 'a number or text with at most two decimals, from -99999999.99 to 99999999.99',
  text: 'text of 1 character or more, without NUL',
  timestamp:
    'text, ISO 8601, such as `2026-01-02T03:04:05Z`; without a zone it is UTC; digits past the microsecond are cut off',
  integer: 'a whole number from 1 to 2147483647',
};

export function streamsPage(): string {
  return page(
    'Streams',
    'A record is a JSON object in UTF-8. For machines: [asyncapi.json](asyncapi.json) describes all of this as AsyncAPI 3, and each stream has a JSON Schema. ' +
      'A record that can’t be used becomes a [dead letter](dead-letters.md) with its reason.',
    '## Kinds of fields',
    table(
      ['kind', 'in JSON'],
      Object.entries(kinds).map(([kind, written]) => [code(kind), written]),
    ),
    ...catalogue.flatMap(chapter),
  );
}

/** What a column accepts beyond its kind, or instead. */
const declared = (options: ColumnOptions | undefined): string[] =>
  Object.entries(options ?? {}).map(([name, value]) => `${name} ${code(String(value))}`);

function chapter(stream: Stream): string[] {
  const { topic, key, ids, partitions, consumer, batching, event } = stream;
  const [own = '', ...others] = ids.map(code);
  const columns = columnsOf(event);
  return [
    `## ${topic}`,
    table(
      ['', ''],
      [
        ['topic', `${code(topic)}, ${partitions} partitions, keyed by ${code(key)}`],
        ['a record’s own id', others.length > 0 ? `${own}; also found by ${others.join(', ')}` : own],
        [
          'consumed by',
          `${code(consumer)}, after ${batching.maximumBatchingWindowInSeconds} s or ${batching.batchSize} records`,
        ],
        ['goes to', becomes(stream)],
        ...(stream.envelope ? [['envelope', code(stream.envelope)]] : []),
        ['JSON Schema', `[schemas/${topic}.json](schemas/${topic}.json)`],
      ],
    ),
    table(
      ['field', 'kind', 'required', 'meaning'],
      columns.map(({ name, kind, longest, optional, nullable, requiredFrom, description, options }) => [
        code(name),
        [kind, ...(longest === undefined ? [] : [`${longest} characters at most`]), ...declared(options)].join(', '),
        requiredFrom !== undefined ? `from ${isoSeconds(requiredFrom)} on` : optional || nullable ? 'no' : 'yes',
        description,
      ]),
    ),
    fenced('json', exampleOf(stream)),
  ];
}

function becomes({ lake, table: rows }: Stream): string {
  const places = [
    ...(lake
      ? [`${code(`${lake.prefix}/`)} of the lake, as ${lake.format === 'parquet' ? 'Parquet' : 'JSON lines'}`]
      : []),
    ...(rows ? [`table ${code(rows.name)}`] : []),
  ];
  return places.join(', ') || 'what its consumer does with it ([ARCHITECTURE](../../ARCHITECTURE.md))';
}
